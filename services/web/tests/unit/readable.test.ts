import { expect, test } from 'vitest';
import { isReadable } from '../../src/offline/readable';

const id = '01a20104-a1a8-76c6-867b-c0d95b629cf0';

test.each([
  ['/session', true],
  ['/metadata', true],
  ['/leads?view=by_stage', true],
  ['/leads/count?q=a', true],
  [`/leads/${id}`, true],
  [`/leads/${id}/history`, true],
  ['/leads?cursor=abc', false],
  [`/leads/${id}/explain`, false],
  ['/leads/export', false],
  [`/leads/jobs/${id}/file`, false],
  [`/api-keys/${id}`, false],
  ['/links', false],
  ['/sessions', false],
  ['/me/second-factor', false],
  ['/live', false],
  ['/', false],
])('%s: %s', (path, kept) => expect(isReadable(new URL(`http://a/api/v1${path}`))).toBe(kept));

test('only the API', () => expect(isReadable(new URL('http://a/leads'))).toBe(false));
