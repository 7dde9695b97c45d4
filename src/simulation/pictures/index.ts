/** The part of the simulator that answers questions about drawn pictures. */
export { answerAboutPictures, hasPicture, type PictureReply } from './answer.ts'
export { type AnswerForm, type Kind, type PictureFamily, pictureFamilies, type Slots } from './families.ts'
export { effectOfModel } from './rule.ts'
export {
  type Colour,
  cellSide,
  columns,
  objectColours,
  pictureHeight,
  pictureWidth,
  type Rgb,
  rows,
  type Scene,
  type SceneObject,
  type Shape,
  shapes,
  skyColours,
  type TimeOfDay,
  timesOfDay,
} from './scene.ts'
export { pluralOf, type Topic, topics } from './topics.ts'
