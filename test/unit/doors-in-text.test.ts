import { MOST_ASKED, readDoors, writtenDoors } from '../../nodes/catch-up/doors-in-text';
import type { Door } from '../../nodes/deduplication/call-ids';

const DOORS: ReadonlyArray<Door | undefined> = [undefined, 'webhook', 'catch_up'];

it.each([1, 2, 3, 4, 10, 765, 766, 5_000, MOST_ASKED])('tells of %d calls in texts that n8n takes', (count) => {
	const ids = Array.from({ length: count }, (_, at) => `call ${at}`);
	const doors = new Map<string, Door>();
	for (const [at, id] of ids.entries()) {
		const door = DOORS[(at * 7 + Math.floor(at / 5)) % 3];
		if (door !== undefined) doors.set(id, door);
	}
	const texts = writtenDoors(doors, ids);
	expect(Object.keys(texts).length).toBeLessThanOrEqual(10);
	expect(Math.max(...Object.values(texts).map((text) => text.length))).toBeLessThanOrEqual(255);
	for (const name of Object.keys(texts)) expect(name).toMatch(/^\w{1,50}$/);
	expect(readDoors(texts, ids)).toEqual(doors);
});

it('reads nothing from the texts of another number of calls', () => {
	expect(readDoors({}, ['a'])).toBeUndefined();
	expect(readDoors(writtenDoors(new Map(), ['a', 'b', 'c', 'd']), ['a'])).toBeUndefined();
});
