import { callScalerCall, failures } from '../../../host/simulators';
import { noteTheLog, Scene } from './scene';

noteTheLog();

let scene: Scene;

afterEach(async () => await scene.close());

async function proved(parameters = {}): Promise<Scene> {
	scene = await Scene.open(parameters);
	await scene.start();
	await scene.deliver();
	scene.later(30);
	await scene.ask();
	return scene;
}

/** So much time passes, in which it asks as ever. */
async function askFor(minutes: number): Promise<void> {
	for (let passed = 0; passed < minutes; passed += 5) {
		scene.later(5);
		await scene.ask();
	}
}

const AT = String.raw`\d\d:\d\d(?: on \d+ \w+)? \(.+\)`;
const alert = (what: string) => expect.stringMatching(new RegExp(`^${what}$`));
const DOES_NOT_WORK = (why: string) => alert(`Catching up on undelivered calls does not work since ${AT}: ${why}.*`);
const ONLY_CAUGHT_UP = alert(
	`The last 3 calls of the call flow cf_\\S+ came only by catching up, since ${AT}: no webhook of theirs was accepted`,
);

describe('catching up does not work', () => {
	it.each([
		['the key is refused', failures.refuseKey, 25, 'CallScaler refuses the API key'],
		['the API fails', failures.refuse(503, 'down'), 75, 'CallScaler has a problem of its own'],
		['the API is a web page', failures.answerHtml, 75, 'the answer is no JSON'],
	])(
		'where %s: is told once, not at once, and anew only when it worked again',
		async (_what, failure, minutes, why) => {
			await proved();
			scene.api.fail(failure);
			await askFor(minutes - 15);
			expect(scene.failures).toEqual([]);
			await askFor(15);
			expect(scene.failures).toEqual([DOES_NOT_WORK(why)]);
			await askFor(200);
			expect(scene.failures).toHaveLength(1);
			scene.api.answerNormally();
			await askFor(5);
			scene.api.fail(failure);
			await askFor(minutes + 5);
			expect(scene.failures).toHaveLength(2);
		},
	);

	it('is told once of a key that is refused for hours, though the API has trouble of its own now and then', async () => {
		await proved();
		for (let each = 0; each < 6; each++) {
			scene.api.fail(failures.refuseKey);
			await askFor(30);
			scene.api.fail(failures.refuse(503, 'down'));
			await askFor(5);
		}
		expect(scene.failures).toEqual([
			DOES_NOT_WORK('CallScaler refuses the API key'),
			DOES_NOT_WORK('CallScaler has a problem of its own'),
		]);
	});

	it('is told of where nothing can be made of the rows', async () => {
		await proved();
		scene.undelivered();
		scene.api.present({ changeRow: (row) => ({ ...row, created_at: undefined }) });
		await askFor(60);
		expect(scene.failures).toEqual([]);
		await askFor(15);
		expect(scene.failures).toEqual([DOES_NOT_WORK('most calls that CallScaler tells of have no ID or no time')]);
	});

	it('is told of an API that fails for hours, though it refuses the key now and then', async () => {
		await proved();
		for (let each = 0; each < 4; each++) {
			scene.api.fail(failures.refuse(503, 'down'));
			await askFor(30);
			scene.api.fail(failures.refuseKey);
			await askFor(5);
		}
		expect(scene.failures).toEqual([DOES_NOT_WORK('CallScaler has a problem of its own')]);
	});

	it('is told at once where it was stopped, since the API has other ids than the webhook', async () => {
		scene = await Scene.open();
		await scene.start();
		await scene.deliver();
		scene.api.present({ changeRow: (row) => ({ ...row, id: `other ${String(row.id)}` }) });
		await askFor(60);
		expect(scene.failures).toEqual([DOES_NOT_WORK('stopped\\. .* under another ID')]);
		expect(scene.advice).toEqual([expect.stringContaining('stays away')]);
	});

	it('is told of where one of several call flows cannot be asked for an hour', async () => {
		scene = await Scene.open({}, {}, ['broken']);
		await scene.start();
		await scene.deliver();
		scene.api.fail(failures.answerHtml, '/calls', ({ call_flow_id }) => call_flow_id === 'broken');
		await askFor(60);
		expect(scene.failures).toEqual([]);
		await askFor(15);
		expect(scene.failures).toEqual([DOES_NOT_WORK('one of the chosen call flows \\(broken\\) cannot be asked for')]);
		expect(scene.advice).toEqual([expect.stringContaining('is missing until this is mended')]);
	});

	it('is told at once, and once, where there were more calls than can be told apart: those stay away', async () => {
		await proved({ options: { dedupeHistory: 20 } });
		for (let each = 0; each < 30; each++) scene.undelivered({ caller_number: `+1305555${1000 + each}` });
		await askFor(60);
		expect(scene.failures[0]).toEqual(DOES_NOT_WORK('there were more calls than it can tell apart'));
		expect(scene.failures.filter((failure) => failure.includes('does not work'))).toHaveLength(1);
		expect(scene.advice[0]).toContain("stays away: look for it in the provider's dashboard");
	});

	it('is told of an API that answers with pages for people, and not that nothing has proved itself meanwhile', async () => {
		scene = await Scene.open();
		scene.api.fail(failures.answerHtml);
		await scene.start();
		await scene.deliver();
		await askFor(75);
		scene.later(24 * 60);
		await askFor(5);
		expect(scene.failures).toEqual([DOES_NOT_WORK('the answer is no JSON')]);
	});

	it('is told at once where it cannot be used as it is set', async () => {
		scene = await Scene.open({ options: { catchUpAfter: 0 } });
		await scene.start();
		await scene.idle();
		expect(scene.failures).toEqual([
			DOES_NOT_WORK('Catch Up After \\(Minutes\\) must be from 1 to 120 minutes, so it is off'),
		]);
	});

	it('is told a day after the first call where none of those that came by webhook is found', async () => {
		scene = await Scene.open();
		await scene.start();
		await askFor(26 * 60);
		await scene.send(callScalerCall({ call_flow_id: scene.flow.id }));
		await askFor(23 * 60);
		expect(scene.failures).toEqual([]);
		await askFor(2 * 60);
		expect(scene.failures).toEqual([DOES_NOT_WORK('calls came by webhook, and undelivered ones could not')]);
	});

	it('is told of too where n8n is started anew each night, and not at each start', async () => {
		scene = await Scene.open();
		await scene.start();
		let told = 0;
		for (let night = 0; night < 3; night++) {
			await scene.send(callScalerCall({ call_flow_id: scene.flow.id }));
			await askFor(5 * 60);
			expect(scene.failures).toEqual([]);
			await askFor(18 * 60);
			told += scene.failures.length;
			scene = await scene.restart();
		}
		expect(told).toBe(2);
	});

	it('is told of nothing of a call, and of no key', async () => {
		await proved();
		scene.api.fail(failures.refuseKey);
		await askFor(30);
		expect(scene.failures.join()).not.toContain(scene.api.apiKey);
	});
});

describe('calls that arrive only by catching up', () => {
	const undelivered = async (calls: number) => {
		for (let each = 0; each < calls; each++) {
			scene.undelivered({ caller_number: `+1305555${1000 + each}` });
			scene.later(1);
		}
		await askFor(35);
	};
	const delivered = async () => {
		await scene.deliver({ caller_number: '+13055552000' });
		scene.later(1);
	};

	it('are told of once, and anew after one came by webhook', async () => {
		await proved();
		await undelivered(2);
		expect(scene.failures).toEqual([]);
		await undelivered(1);
		expect(scene.failures).toEqual([ONLY_CAUGHT_UP]);
		await undelivered(5);
		expect(scene.failures).toHaveLength(1);
		await delivered();
		await undelivered(2);
		expect(scene.failures).toHaveLength(1);
		await undelivered(1);
		expect(scene.failures).toHaveLength(2);
	});

	it('are told of anew where one asking finds a webhook, and three that came after it', async () => {
		await proved();
		await undelivered(3);
		expect(scene.failures).toHaveLength(1);
		await delivered();
		for (let each = 0; each < 3; each++) {
			scene.undelivered({ caller_number: `+1305555${3000 + each}` });
			scene.later(1);
		}
		scene.later(35);
		await scene.ask();
		expect(scene.failures).toHaveLength(2);
	});

	it('are no alert where one asking finds a webhook that came after them', async () => {
		await proved();
		for (let each = 0; each < 3; each++) {
			scene.undelivered({ caller_number: `+1305555${1000 + each}` });
			scene.later(1);
		}
		await delivered();
		scene.later(35);
		await scene.ask();
		expect(scene.handled).toHaveLength(1 + 4);
		expect(scene.failures).toEqual([]);
	});

	it('are no alert where a webhook came between them, whichever was asked for first', async () => {
		await proved();
		for (let each = 0; each < 6; each++) {
			scene.undelivered({ caller_number: `+1305555${1000 + each}` });
			scene.later(1);
			if (each % 2 === 1) await delivered();
		}
		await askFor(60);
		expect(scene.failures).toEqual([]);
		expect(scene.handled).toHaveLength(1 + 6 + 3);
	});

	// In queue mode a webhook that another process has ignored is unknown here, so its call is judged anew.
	it('are no alert where no filter lets them through, and do not count beside others', async () => {
		await proved({ filters: { minDuration: 30 } });
		for (let each = 0; each < 6; each++) {
			scene.undelivered({ caller_number: `+1305555${1000 + each}`, duration_seconds: each < 4 ? 3 : 60 });
			scene.later(1);
		}
		await askFor(60);
		expect(scene.handled).toHaveLength(1 + 2);
		expect(scene.failures).toEqual([]);
	});

	it('are no alert where they are of an outage of n8n', async () => {
		await proved();
		for (let each = 0; each < 5; each++) scene.undelivered({ caller_number: `+1305555${1000 + each}` });
		scene.later(60);
		scene = await scene.restart();
		await askFor(30);
		expect(scene.failures).toEqual([]);
		expect(scene.handled).toHaveLength(5);
	});

	it.each([{ alerts: [] }, { alerts: ['deliveriesRefused', 'catchUpFails'] }])(
		'are no alert with %j',
		async (options) => {
			await proved({ options });
			await undelivered(5);
			expect(scene.failures).toEqual([]);
			expect(scene.handled).toHaveLength(1 + 5);
		},
	);
});

it('are none of a day on which nothing is wrong for long', async () => {
	await proved();
	// A quiet night, and a burst in the morning of which one webhook is lost.
	await askFor(9 * 60);
	for (let each = 0; each < 30; each++) {
		const caller = { caller_number: `+1305555${1000 + each}` };
		await (each === 10 ? scene.undelivered(caller) : scene.deliver(caller));
		scene.later(1);
	}
	await askFor(60);
	// The API is down for half an hour, and refuses the key once.
	scene.api.fail(failures.refuse(503, 'down'));
	await askFor(30);
	scene.api.fail(failures.refuseKey);
	await askFor(5);
	scene.api.answerNormally();
	await askFor(30);
	// A new version of the workflow, and an update of n8n of half an hour in which calls come.
	await scene.publishAgain('update');
	await scene.deliver({ caller_number: '+13055553000' });
	await askFor(60);
	for (let each = 0; each < 4; each++) scene.undelivered({ caller_number: `+1305555${4000 + each}` });
	scene.later(30);
	expect(scene.failures).toEqual([]);
	scene = await scene.restart();
	await scene.deliver({ caller_number: '+13055555000' });
	await askFor(6 * 60);
	expect(scene.failures).toEqual([]);
	expect(scene.handled).toHaveLength(4 + 1);
});
