import { failures } from '../../../host/simulators';
import { putClockForward } from './hosted';
import { QCallScene } from './qcall-scene';
import { logged, MINUTE_IN_MS, noteTheLog, Scene } from './scene';

/** Answers of an API that nobody has promised, or that hold for a while: each of them once lost a call in silence. */
noteTheLog();

const HOUR_IN_MS = 60 * MINUTE_IN_MS;

let scene: Scene | QCallScene | undefined;

afterEach(async () => {
	await scene?.close();
});

/** A trigger that has proved itself so many minutes after its first call. */
async function proven<Line extends Scene | QCallScene>(line: Line, minutes: number): Promise<Line> {
	scene = line;
	await line.start();
	await line.deliver();
	line.later(minutes);
	await line.ask();
	return line;
}

const proved = async () => await proven(await Scene.open(), 5);

async function askEvery(minutes: number, times: number, line: Scene | QCallScene): Promise<void> {
	for (let asking = 0; asking < times; asking++) {
		line.later(minutes);
		await line.ask();
	}
}

it('what is said of further pages may stand in the pagination of an answer', async () => {
	const line = await proved();
	const calls = Array.from({ length: 150 }, (_, at) => line.undelivered({ caller_number: `+1305555${1_000 + at}` }));
	line.api.present({
		envelope: (rows, next) => ({ data: { calls: rows, pagination: { has_more: next !== null, next_cursor: next } } }),
	});
	line.later(30);
	await line.ask();
	expect(line.ids).toEqual(expect.arrayContaining(calls.map(({ call_id }) => call_id)));
});

it.each(['completed ', 'No Answer', 'no_answer'])('a call with the status "%s" has ended', async (status) => {
	const line = await proved();
	line.api.present({ changeRow: (row) => ({ ...row, status }) });
	const call = line.undelivered();
	line.later(30);
	await line.ask();
	expect(line.ids).toContain(call.call_id);
});

it('of a status that nobody documented the log tells, and somebody where there is no other', async () => {
	const line = await proved();
	line.api.present({ changeRow: (row) => ({ ...row, status: 'answered' }) });
	const call = line.undelivered();
	await askEvery(30, 6, line);
	expect(line.ids).not.toContain(call.call_id);
	expect(logged.join('\n')).toContain('with a status that is not known');
	expect(line.failures.join('\n')).toContain('has a status that this version knows');
});

it.each(['first', 'last'])(
	'a call that is told of twice has ended where one row says so, that which goes on %s',
	async (where) => {
		const line = await proved();
		line.api.present({
			envelope: (rows, next) => {
				const goOn = rows.map((row) => ({ ...row, status: 'in-progress', duration_seconds: null }));
				const calls = where === 'first' ? [...goOn, ...rows] : [...rows, ...goOn];
				return { data: { calls, has_more: next !== null, next_cursor: next } };
			},
		});
		const call = line.undelivered();
		await askEvery(5, 8, line);
		expect(line.ids).toContain(call.call_id);
	},
);

it('a page that tells a wrong time makes no call too old', async () => {
	let line = await proved();
	const calls = Array.from({ length: 150 }, (_, at) => {
		line.later(1);
		return line.undelivered({ caller_number: `+1305555${1_000 + at}`, duration_seconds: 30 });
	});
	line.later(3 * 24 * 60);
	let page = 0;
	line.api.present({
		envelope: (rows, next) => {
			// The next answer has this time.
			line.api.clock.forward(page++ === 0 ? 13 * HOUR_IN_MS : page === 2 ? -13 * HOUR_IN_MS : 0);
			return { data: { calls: rows, has_more: next !== null, next_cursor: next } };
		},
	});
	line = await line.restart();
	scene = line;
	await askEvery(5, 4, line);
	expect(line.ids).toEqual(expect.arrayContaining(calls.map(({ call_id }) => call_id)));
});

it('a call that was told of is not lost where the API answers with empty lists for hours', async () => {
	const line = await proved();
	const call = line.undelivered();
	await askEvery(5, 3, line);
	line.api.present({ envelope: () => ({ data: { calls: [], has_more: false, next_cursor: null } }) });
	await askEvery(5, 48, line);
	line.api.present({
		envelope: (rows, next) => ({ data: { calls: rows, has_more: next !== null, next_cursor: next } }),
	});
	await askEvery(5, 2, line);
	expect(line.ids).toContain(call.call_id);
});

it("the wait that the API wants does not last longer where n8n's clock is put back meanwhile", async () => {
	const line = await proved();
	line.putN8nsClockForward(10 * HOUR_IN_MS);
	line.api.fail(failures.limitRate(60), '/calls');
	await line.ask();
	line.putN8nsClockForward(-10 * HOUR_IN_MS);
	line.api.answerNormally();
	const call = line.undelivered();
	await askEvery(5, 6, line);
	expect(line.ids).toContain(call.call_id);
});

describe('a call that came by webhook with a made-up recording before a restart does not run again', () => {
	const INVENTED = 'https://cdn.qcall.ai/recordings/call.mp3';
	const putClock = (line: QCallScene, milliseconds: number) => {
		putClockForward(milliseconds);
		line.api.clock.forward(-milliseconds);
	};

	it.each<[string, { first?: number; atFirstAsking?: [n8n: number, api: number]; beforeIt?: number }]>([
		["where n8n's clock is three hours ahead at the first asking", { atFirstAsking: [3, 0] }],
		[
			"where n8n's clock is three hours behind at the start, and right before the first answer",
			{ first: -3, beforeIt: 3 },
		],
	])('%s', async (_when, { first = 0, atFirstAsking: [n8n, api] = [0, 0], beforeIt = 0 }) => {
		let line = await proven(await QCallScene.open(), 15);
		const delivered = line.undelivered();
		await line.send({ ...delivered.delivered, recording_url: INVENTED });
		const undelivered = line.undelivered();
		line.later(20);
		putClock(line, first * HOUR_IN_MS);
		line.api.fail(failures.refuse(503, 'down'), '/');
		line = await line.restart();
		scene = line;
		putClock(line, beforeIt * HOUR_IN_MS);
		line.api.answerNormally();
		line.later(5);
		putClock(line, n8n * HOUR_IN_MS);
		line.api.clock.forward(api * HOUR_IN_MS);
		await line.ask();
		putClock(line, -n8n * HOUR_IN_MS);
		line.api.clock.forward(-api * HOUR_IN_MS);
		await askEvery(5, 4, line);
		expect(line.caughtUp).toContain(undelivered.sid);
		expect(line.caughtUp).not.toContain(delivered.sid);
	});
});

it.each([-5, 5.5])(
	'times of another zone prove nothing, %s hours off: calls would be handed over too early, or from before publishing',
	async (hours) => {
		const line = await Scene.open();
		scene = line;
		await line.start();
		line.api.present({
			changeRow: (row) => ({
				...row,
				created_at: new Date(Date.parse(String(row.created_at)) + hours * HOUR_IN_MS).toISOString().replace('Z', ''),
			}),
		});
		await line.deliver();
		line.undelivered();
		await askEvery(60, 26, line);
		expect(line.handled).toHaveLength(1);
		expect(line.failures.join('\n')).toContain('with the time at which it came');
	},
);

it.each([
	['/campaign/callLogs', 403],
	['/campaign/callLogs', 500],
	['/campaign/list', 403],
	['/campaign/list', 500],
])('single calls are caught up where %s answers with %d', async (path, status) => {
	const line = await proven(await QCallScene.open(), 15);
	line.api.fail(failures.refuse(status, 'no'), path);
	const call = line.undelivered();
	await askEvery(15, 2, line);
	expect(line.caughtUp).toContain(call.sid);
});
