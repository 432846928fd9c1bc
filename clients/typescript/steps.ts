// What both walks need: a step that says what it did, and an answer that has to be there.

import assert from "node:assert/strict";

export function step(what: string): void {
  console.log(`  ${what}`);
}

/** What a generated client gives back: the answer, or the refusal. */
export interface Answer<Data, Refusal> {
  data?: Data;
  error?: Refusal;
  response?: Response;
}

/** The answer of a request that has to succeed. */
export function good<Data, Refusal>({ data, error, response }: Answer<Data, Refusal>): NonNullable<Data> {
  assert.ok(data, `${response?.status}: ${JSON.stringify(error)}`);
  return data;
}

/** The refusal of a request that has to fail. */
export function refused<Data, Refusal>({ data, error }: Answer<Data, Refusal>): NonNullable<Refusal> {
  assert.ok(error, `not refused: ${JSON.stringify(data)}`);
  return error;
}
