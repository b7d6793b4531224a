import { BEFORE_ANY, parsePosition, positionId, resumeFrom, sseEvent } from './stream-position.ts';

const head = { epoch: '0a1b2c3d', seq: 12n };

test('an id comes back as it went', () => {
  expect(parsePosition(positionId(head))).toEqual(head);
});

test.each([undefined, '', '12', 'zzzzzzzz-1', '0a1b2c3d--1', '0a1b2c3d-1e3', '0a1b2c3d-99999999999999999999'])(
  '%s is no position',
  (id) => {
    expect(parsePosition(id)).toBeUndefined();
  },
);

test('a reader goes on only in the same feed and not from the future', () => {
  expect(resumeFrom({ ...head, seq: 12n }, head)).toEqual(head);
  expect(resumeFrom({ ...head, seq: 13n }, head)).toBeUndefined();
  expect(resumeFrom({ epoch: 'ffffffff', seq: 1n }, head)).toBeUndefined();
  expect(resumeFrom(undefined, head)).toBeUndefined();
});

test('who came before there was a feed gets all of it', () => {
  expect(resumeFrom(BEFORE_ANY, head)).toEqual({ ...head, seq: 0n });
  expect(resumeFrom(BEFORE_ANY, BEFORE_ANY)).toEqual(BEFORE_ANY);
});

test('an event is one block', () => {
  expect(sseEvent('hold', { note: 'a\nb' }, '1')).toBe('event: hold\nid: 1\ndata: {"note":"a\\nb"}\n\n');
});
