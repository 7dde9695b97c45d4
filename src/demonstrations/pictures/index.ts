/** Generated picture questions, and pictures as answering models take them. */
export {
  type PictureQuestion,
  type PictureQuestionPlan,
  type PictureQuestions,
  pictureQuestions,
} from './picture-questions.ts'
