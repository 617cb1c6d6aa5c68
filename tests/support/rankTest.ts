/**
 * How likely it is that two samples of one distribution lie at least so far apart, either way: the
 * rank-sum test of Mann, Whitney and Wilcoxon, counted exactly. It asks nothing of the distribution, so
 * what now and then takes a second says no more than what takes a little longer. Ties count as half.
 */
export function rankTest(ones: readonly number[], others: readonly number[]): number {
  const [n, m] = [ones.length, others.length];
  const wins = ones.reduce((sum, one) => sum + winsOf(one, others), 0);
  const extreme = Math.floor(Math.min(wins, n * m - wins));
  const ways = waysOf(n, m);
  const all = ways.reduce((sum, each) => sum + each, 0);
  const far = ways.slice(0, extreme + 1).reduce((sum, each) => sum + each, 0);
  return Math.min(1, (2 * far) / all);
}

function winsOf(one: number, others: readonly number[]): number {
  const below = others.filter((other) => other < one).length;
  const equal = others.filter((other) => other === one).length;
  return below + equal / 2;
}

/** In how many orders of n and m values there are so many wins, by their number. */
function waysOf(n: number, m: number): readonly number[] {
  const ofSome = new Map<string, readonly number[]>();
  const ways = (some: number, rest: number): readonly number[] => {
    if (some === 0 || rest === 0) return [1];
    const key = `${some} ${rest}`;
    const known = ofSome.get(key);
    if (known !== undefined) return known;
    const result = Array.from({ length: some * rest + 1 }, () => 0);
    // The largest of all is one of the first kind, and wins over all of the rest, or it is not.
    ways(some - 1, rest).forEach((count, won) => {
      result[won + rest] = (result[won + rest] ?? 0) + count;
    });
    ways(some, rest - 1).forEach((count, won) => {
      result[won] = (result[won] ?? 0) + count;
    });
    ofSome.set(key, result);
    return result;
  };
  return ways(n, m);
}
