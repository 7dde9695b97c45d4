/** The part of the simulator that is about drawn pictures: generated questions, and answers to them. */
export { answerAboutPictures, hasPicture, type PictureReply } from './answer.ts'
export { type PictureQuestion, pictureQuestions } from './picture-questions.ts'
export { effectOfModel } from './rule.ts'
