/** A function that asks each question only once, and gives the same answer again. */
export function once<Answer>(ask: (...question: string[]) => Promise<Answer>): typeof ask {
  const answers = new Map<string, Promise<Answer>>();
  return (...question) => {
    const key = JSON.stringify(question);
    const known = answers.get(key) ?? ask(...question);
    answers.set(key, known);
    return known;
  };
}
