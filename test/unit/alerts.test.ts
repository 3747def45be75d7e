import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../../lib/paths';
import { refusedInARowOf } from '../../nodes/alerts/refusals';
import { alertsOn, quietTime } from '../../nodes/alerts/settings';
import { lastCallOf } from '../../nodes/alerts/silence';
import { WithoutWebhook } from '../../nodes/alerts/without-webhook';
import { alertOf, HOW_TO_BE_TOLD } from '../../nodes/alerts/words';
import { alertOfRefusals } from '../../nodes/delivery/alert';
import { ended } from '../../nodes/delivery/answer';
import { deliveryOf } from '../../nodes/delivery/delivery';
import { webhookContext } from './webhook-context';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let triggers = 0;
const RAIN = { why: 'it rained', whatToDo: 'Wait.' };
const newTrigger = () => `trigger ${++triggers}`;

describe('refused deliveries', () => {
	/** What is due after refusals at these minutes, each of which is told if it is due. */
	const toldAfter = (refusals: ReturnType<typeof refusedInARowOf>, ...minutes: number[]) =>
		minutes.map((minute) => {
			refusals.refused(minute * MINUTE, RAIN);
			const due = refusals.due(minute * MINUTE);
			if (due !== undefined) refusals.told(minute * MINUTE);
			return due && { count: due.count, since: due.since };
		});

	it('are told of once there are three in a day, with all since the first', () => {
		const none = undefined;
		expect(toldAfter(refusedInARowOf(newTrigger()), 0, 1380, 1440)).toEqual([none, none, { count: 3, since: 0 }]);
		expect(toldAfter(refusedInARowOf(newTrigger()), 0, 1380, 1441, 1500)).toEqual([
			...[none, none, none],
			{ count: 4, since: 0 },
		]);
	});

	it('are told of by why most of them were refused, and what to do about that', () => {
		const refusals = refusedInARowOf(newTrigger());
		for (const minute of [0, 1]) refusals.refused(minute, RAIN);
		refusals.refused(2, { why: 'it snowed', whatToDo: 'Shovel.' });
		const due = refusals.due(2);
		expect(due).toEqual({ count: 3, since: 0, ofThat: 2, ...RAIN });
		const told = due && alertOf.refusals(due, { now: 2, timezone: 'UTC' });
		expect(told?.message).toBe('3 call deliveries were refused since 00:00 (UTC), 2 of them because it rained');
	});

	it('are not told of where one was let in between them', () => {
		const refusals = refusedInARowOf(newTrigger());
		toldAfter(refusals, 0, 1);
		refusals.isOver();
		expect(toldAfter(refusals, 2, 3)).toEqual([undefined, undefined]);
		expect(toldAfter(refusals, 4)).toEqual([{ count: 3, since: 2 * MINUTE }]);
	});

	it('are told of once in six hours, whatever was let in meanwhile', () => {
		const refusals = refusedInARowOf(newTrigger());
		toldAfter(refusals, 0, 1, 2);
		refusals.isOver();
		expect(toldAfter(refusals, 3, 4, 5, 361).filter(Boolean)).toEqual([]);
		expect(toldAfter(refusals, 362, 363).filter(Boolean)).toEqual([{ count: 5, since: 3 * MINUTE }]);
	});

	it('are forgotten after a day without one, and take up no more room the more they are', () => {
		const refusals = refusedInARowOf(newTrigger());
		toldAfter(refusals, ...Array.from({ length: 10_000 }, () => 7));
		expect(JSON.stringify(refusals).length).toBeLessThan(200);
		expect([refusals.dropExpired(7 * MINUTE + 24 * HOUR - 1), refusals.dropExpired(7 * MINUTE + 24 * HOUR)]).toEqual([
			...[false, true],
		]);
	});
});

it('10,000 refused deliveries make one execution', () => {
	const { context } = webhookContext({ headers: { 'x-secret': 'another' } });
	const delivery = { ...deliveryOf(context, context.getNode()), receivedAt: new Date(0) };
	const { answer } = ended.headerWrong('X-Secret', 'there');
	const executions = Array.from({ length: 10_000 }, () => alertOfRefusals(context, delivery, answer));
	expect(executions.filter(Boolean)).toHaveLength(1);
});

describe('a silence', () => {
	it('counts from the start, or from the last call, and is told once until one comes', () => {
		const last = lastCallOf(newTrigger());
		last.watch(0);
		expect(last.due(HOUR - 1, HOUR)).toBeUndefined();
		expect(last.due(HOUR, HOUR)).toEqual({ since: 0, isSinceACall: false });
		last.told();
		expect(last.due(9 * HOUR, HOUR)).toBeUndefined();
		last.arrived(10 * HOUR);
		expect(last.due(11 * HOUR - 1, HOUR)).toBeUndefined();
		expect(last.due(11 * HOUR, HOUR)).toEqual({ since: 10 * HOUR, isSinceACall: true });
	});

	it('is kept while the trigger runs, and nothing where nobody wants to know', () => {
		const last = lastCallOf(newTrigger());
		last.arrived(0);
		expect([last.due(9 * HOUR, HOUR), last.dropExpired()]).toEqual([undefined, true]);
		const [stop, stopNext] = [last.watch(0), last.watch(0)];
		stop();
		expect(last.dropExpired()).toBe(false);
		stopNext();
		expect(last.dropExpired()).toBe(true);
	});
});

describe('calls that came by catching up alone', () => {
	it('are told of by when the first of three ended, whichever was noted first, and once', () => {
		const calls = new WithoutWebhook();
		const note = (end: number) => calls.note(`call ${end}`, end, 'catch_up');
		expect([note(3), note(3), note(1), note(2), note(4)]).toEqual([
			...[undefined, undefined, undefined],
			...[{ count: 3, since: 1 }, undefined],
		]);
	});

	it('are told of anew where three came after a webhook, though some were noted before it', () => {
		const calls = new WithoutWebhook();
		const note = (end: number, door: 'webhook' | 'catch_up' = 'catch_up') => calls.note(`call ${end}`, end, door);
		for (const end of [1, 2, 3, 5]) note(end);
		expect(note(4, 'webhook')).toBeUndefined();
		// An earlier webhook that is found later changes nothing, and what ended before the last one is none of them.
		note(2, 'webhook');
		note(4);
		expect([note(5), note(6), note(7)]).toEqual([undefined, undefined, { count: 3, since: 5 }]);
	});
});

describe('the sentence', () => {
	const now = Date.UTC(2026, 10, 28, 9, 0);
	const told = { now, timezone: 'Asia/Kolkata' };
	const five = { count: 5, ofThat: 5, ...RAIN };

	it("has the time in the workflow's time zone, and its day where that is another one", () => {
		const { message } = alertOf.refusals({ ...five, since: now - 28 * MINUTE }, told);
		expect(message).toBe('5 call deliveries were refused since 14:02 (Asia/Kolkata), because it rained');
		expect(alertOf.refusals({ ...five, since: now - 15 * HOUR }, told).message).toContain(
			'since 23:30 on 27 November (Asia/Kolkata),',
		);
		// What n8n stores where the user has chosen the default.
		expect(alertOf.refusals({ ...five, since: now }, { now, timezone: 'DEFAULT' }).message).toMatch(
			/ \d\d:\d\d \(.+\),/,
		);
	});

	it('says what becomes of undelivered calls where catching up fails', () => {
		const told = (isForGood: boolean) =>
			alertOf.catchUpFails({ why: 'it rained', since: now, isForGood }, { now, timezone: 'UTC' });
		expect(told(false).message).toBe('Catching up on undelivered calls does not work since 09:00 (UTC): it rained');
		expect(told(false).description).toContain('then those of the last 3.5 days are caught up');
		expect(told(true).description).toContain("stays away: look for it in the provider's dashboard");
	});

	it('says of calls that came by catching up where to look', () => {
		const { message, description } = alertOf.onlyCaughtUp({ count: 3, since: now, of: 'of the call flow 17' }, told);
		expect(message).toContain(
			'The last 3 calls of the call flow 17 came only by catching up, since 14:30 (Asia/Kolkata)',
		);
		expect(description).toContain('whether the webhook is turned on');
	});

	it('says how long no call has come, and whether one ever has', () => {
		expect(alertOf.silence({ since: now - 1.5 * HOUR, isSinceACall: true }, told).message).toBe(
			'No call has arrived for 1 hour, since 13:00 (Asia/Kolkata)',
		);
		expect(alertOf.silence({ since: now - 24 * HOUR, isSinceACall: false }, told).message).toBe(
			'No call has arrived for 24 hours, since 14:30 on 27 November (Asia/Kolkata), when this workflow was published or n8n was started',
		);
	});
});

describe('the options', () => {
	const byDefault = ['deliveriesRefused', 'onlyCaughtUp', 'catchUpFails'];

	it.each<[unknown, string[]]>([
		[undefined, byDefault],
		[{ a: 1 }, byDefault],
		[['noCall'], ['noCall']],
		['noCall, deliveriesRefused', ['deliveriesRefused', 'noCall']],
		[['something else'], []],
	])('%j turns these on', (set, on) => {
		expect(alertsOn(set)).toEqual(on);
	});

	it.each([
		[undefined, 24],
		['2', 2],
		[0, 24],
		['soon', 24],
	])('%j is a silence of so many hours', (set, hours) => {
		expect(quietTime(set)).toBe(hours * HOUR);
	});
});

it('a workflow without an Error Workflow is told of one to import, by its name in README.md', () => {
	const [, recipe = ''] = /the recipe (.+): https:/.exec(HOW_TO_BE_TOLD) ?? [];
	expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain(`| [${recipe}][`);
});
