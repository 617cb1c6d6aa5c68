export interface Example {
  readonly label: string;
  readonly vector: readonly number[];
}

/**
 * The simplest classifier there is: a label is the mean of its examples, and a vector gets the
 * label that it is nearest to, when each feature counts by how much it varies.
 */
export function learn(examples: readonly Example[]): (vector: readonly number[]) => string {
  const vectors = examples.map(({ vector }) => vector);
  const centre = meanOf(vectors);
  const spread = centre.map((middle, index) =>
    Math.sqrt(average(vectors.map((vector) => ((vector[index] ?? 0) - middle) ** 2)) + 1e-9),
  );
  const labels = [...new Set(examples.map(({ label }) => label))];
  const centroids = labels.map((label) => ({
    label,
    vector: meanOf(examples.filter((example) => example.label === label).map((e) => e.vector)),
  }));
  return (vector) => {
    const distances = centroids.map((centroid) =>
      average(vector.map((x, i) => ((x - (centroid.vector[i] ?? 0)) / (spread[i] ?? 1)) ** 2)),
    );
    return centroids[distances.indexOf(Math.min(...distances))]?.label ?? "";
  };
}

const meanOf = (vectors: readonly (readonly number[])[]): number[] =>
  (vectors[0] ?? []).map((_, index) => average(vectors.map((vector) => vector[index] ?? 0)));

const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
