/** Begins the line in which a device's process says why it cannot compute, nothing where it can; drivers write lines too. */
export const answerMark = 'answer: ';
