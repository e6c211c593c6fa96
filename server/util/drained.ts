/** Hands on what a generator yields, and answers what it returns at its end, which a `for await` drops. */
export async function drained<T, R>(generator: AsyncGenerator<T, R>, take: (value: T) => void = () => {}): Promise<R> {
  let step = await generator.next();
  for (; !step.done; step = await generator.next()) take(step.value);
  return step.value;
}
