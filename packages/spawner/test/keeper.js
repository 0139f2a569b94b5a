// What a worker has that is given things of other workers.
let kept;

export function keep(counter) {
  kept = counter;
}

export async function count() {
  return await kept.increment();
}
