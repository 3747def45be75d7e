import { perTrigger } from '../../nodes/n8n/per-trigger';

const MINUTE = 60_000;

/** Something that has run out at `until`, and counts how often it was asked. */
class Thing {
	until = Infinity;

	asked = 0;

	dropExpired(now: number): boolean {
		this.asked++;
		return now >= this.until;
	}
}

const thingPerTrigger = () =>
	perTrigger(
		() => new Thing(),
		(thing, now) => thing.dropExpired(now),
	);

// Each test a day later than the one before, so that what it finds was asked for long ago.
let day = 0;
beforeEach(() => {
	jest.useFakeTimers({ now: ++day * 24 * 60 * MINUTE });
});
afterEach(() => {
	jest.useRealTimers();
});

it('gives each trigger one of its own', () => {
	const thingOf = thingPerTrigger();
	expect(thingOf('a')).toBe(thingOf('a'));
	expect(thingOf('b')).not.toBe(thingOf('a'));
	expect(thingPerTrigger()('a')).not.toBe(thingOf('a'));
});

it('lets go of what has run out, whichever trigger is spoken to, and of nothing else', () => {
	const thingOf = thingPerTrigger();
	const [deleted, alive] = [thingOf('deleted'), thingOf('alive')];
	deleted.until = 0;
	jest.advanceTimersByTime(MINUTE);
	thingPerTrigger()('of another kind');
	expect(thingOf('deleted')).not.toBe(deleted);
	expect(thingOf('alive')).toBe(alive);
});

it('looks for that once a minute at most: it takes time for each trigger', () => {
	const thingOf = thingPerTrigger();
	const thing = thingOf('a');
	jest.advanceTimersByTime(MINUTE - 1);
	for (let delivery = 0; delivery < 10; delivery++) thingOf('a');
	expect(thing.asked).toBe(0);
	jest.advanceTimersByTime(1);
	for (let delivery = 0; delivery < 10; delivery++) thingOf('a');
	expect(thing.asked).toBe(1);
});

it('goes on looking after the clock was set back', () => {
	const thingOf = thingPerTrigger();
	const thing = thingOf('a');
	jest.setSystemTime(Date.now() - 60 * MINUTE);
	thingOf('a');
	expect(thing.asked).toBe(1);
	jest.advanceTimersByTime(MINUTE);
	thingOf('a');
	expect(thing.asked).toBe(2);
});
