import { type Flag, numberFlag } from '../command.ts';

/** Flag of commands that let a model take sounds of another length than its own. */
export const durationFlag: Flag = {
  flag: '--duration-seconds <s>',
  help: 'length of the sounds, 0.5 to 60, where the network allows another than its own: stages before fully connected layers, ONNX models with open sizes',
  parse: numberFlag('--duration-seconds', { min: 0.5, max: 60 }),
};
