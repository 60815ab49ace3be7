/** All time comes from one of these, so that a test can own it. Milliseconds since 1970, UTC. */
export interface Clock {
  now(): number;
}
