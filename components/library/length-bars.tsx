import { isWithin, type LengthRange, type LengthScale } from './length-scale.ts';

/** The library's histogram of lengths, what is in the range marked. As large as its box. */
export function LengthBars({ scale, range }: { scale: LengthScale; range: LengthRange }) {
  const { buckets, most } = scale;
  return (
    <svg className="length-bars" viewBox={`0 0 ${buckets.length} 1`} preserveAspectRatio="none" aria-hidden>
      {buckets.map((bucket, index) => {
        // A bar of one sound among thousands can still be seen.
        const height = bucket.count === 0 ? 0 : Math.max(0.06, bucket.count / most);
        return (
          <rect
            key={bucket.from}
            className={isWithin(bucket, range) ? 'in' : undefined}
            x={index + 0.1}
            width={0.8}
            y={1 - height}
            height={height}
          />
        );
      })}
    </svg>
  );
}
