import { Trigger } from '../../../host/core';
import { failures, type KnownCall, type Row } from '../../../host/simulators';
import { answersIn } from '../../../nodes/n8n/custom-data';
import { proofBy } from '../../../nodes/catch-up/proof';
import { begunHere } from '../../../nodes/n8n/begun-here';
import { QCallTrigger } from '../../../nodes/QCall/QCallTrigger.node';
import { logged, MINUTE_IN_MS, noteTheLog, QCallScene } from './qcall-scene';

noteTheLog();

let scene: QCallScene;

afterEach(async () => await scene.close());

const said = () => logged.join('\n');
const sidsOf = (calls: KnownCall[]) => calls.map(({ sid }) => sid);
const INVENTED = 'https://cdn.qcall.ai/recordings/call.mp3';

async function started(parameters = {}): Promise<QCallScene> {
	scene = await QCallScene.open(parameters);
	await scene.start();
	return scene;
}

/** One call came by webhook and was found at the API. */
async function proved(parameters = {}): Promise<QCallScene> {
	await started(parameters);
	await scene.deliver();
	scene.later(15);
	await scene.ask();
	return scene;
}

async function ask(minutes = 15): Promise<void> {
	scene.later(minutes);
	await scene.ask();
}

it('what switches it on is an expression that a delivery finds off later: its call does not run twice', async () => {
	const isOn = `={{ $now.toMillis() < ${Date.now() + 20 * MINUTE_IN_MS} }}`;
	await proved({ catchUp: isOn });
	scene.later(10);
	await scene.deliver();
	await ask();
	await ask();
	expect(scene.handled).toHaveLength(2);
});

it('a call that n8n did not begin, with a made-up recording: is caught up once it is kept no more', async () => {
	await proved();
	const { delivered, sid } = scene.undelivered();
	await scene.send({ ...delivered, recording_url: INVENTED }, 503);
	const letGo = scene.keep();
	await ask();
	await ask();
	expect(scene.caughtUp).toEqual([]);
	letGo();
	await ask();
	expect(scene.caughtUp).toEqual([sid]);
});

describe('an undelivered call', () => {
	it('is caught up, once, as the webhook would name its fields; what the AI fills in is null, and no issue', async () => {
		await proved({
			customFields: { rows: [{ name: 'preferred_slot', type: 'string', required: true }] },
			options: { includeDelivery: true },
		});
		const { sid, delivered } = scene.undelivered({ first_name: 'Dana', sentiment_analysis: 'Negative' });
		await ask();
		await ask();
		expect(scene.caughtUp).toEqual([sid]);
		const item = scene.handled.at(-1);
		expect(item).toMatchObject({
			...{ first_name: 'Dana', phone_number: delivered.phone_number, call_duration: 45, call_cost: 0.42 },
			...{ sentiment_analysis: 'Negative', recording_url: delivered.recording_url, call_sid: sid },
			...{ assistant_name: 'Ava', transcript: expect.stringContaining('Dana') },
			...{ order_id: null, address: null, call_outcome: null, call_summary: null, preferred_slot: null },
			delivery: { via: 'catch_up' },
		});
		expect(item).not.toHaveProperty('issues');
		expect(item?.call_date).toMatch(/^\d{4}-\d\d-\d\d$/);
	});

	it.each([null, ''])('passes a filter on the sentiment where the API tells %j', async (call_sentiment) => {
		await proved({ filters: { sentiments: ['Negative'] } });
		const { sid } = scene.undelivered();
		scene.api.present({ changeRow: (row) => ({ ...row, call_sentiment }) });
		await ask();
		expect(scene.caughtUp).toEqual([sid]);
	});

	it('is not one before it is due, and is left alone while it goes on', async () => {
		await proved({ options: { catchUpAfter: 20 } });
		const { sid } = scene.undelivered();
		const goingOn = scene.api.workspace.beginCall(scene.ava);
		await ask(10);
		expect(scene.caughtUp).toEqual([]);
		await ask(15);
		expect(scene.caughtUp).toEqual([sid]);
		// Each page has one call, so what began before is behind what has been handled since.
		scene.api.present({ mostRows: 1 });
		for (let hour = 0; hour < 4; hour++) {
			await scene.deliver();
			await ask(60);
		}
		scene.api.workspace.end(goingOn);
		await ask(25);
		expect(scene.caughtUp).toEqual([sid, goingOn.sid]);
	});

	it('that a late webhook brings is a duplicate, by its recording or by its call_sid', async () => {
		await proved();
		const { sid, delivered } = scene.undelivered();
		await ask();
		const signed = `${String(delivered.recording_url)}?X-Amz-Signature=abc&X-Amz-Date=20260424`;
		for (const change of [{}, { recording_url: signed }, { recording_url: '', call_sid: sid }]) {
			expect(await scene.send({ ...delivered, ...change })).toMatchObject({ body: { status: 'duplicate' } });
		}
		scene = await scene.restart();
		await scene.send(delivered);
		expect(scene.handled).toEqual([]);
	});

	it('passes a filter on what the API does not tell, and not one on what it tells', async () => {
		await proved({ filters: { outcomes: ['Order Placed'], minDuration: 40 } });
		const long = scene.undelivered();
		scene.undelivered({ call_duration: 20 });
		await ask();
		expect(scene.caughtUp).toEqual([long.sid]);
	});

	it('of an outage is caught up after a restart, and what came by webhook is not', async () => {
		await proved();
		const campaign = scene.api.workspace.campaign('Spring', scene.ava);
		await scene.deliver();
		await scene.deliver({}, campaign);
		const undelivered = [scene.undelivered()];
		scene.later(1);
		undelivered.push(scene.undelivered({}, campaign));
		scene.later(60);
		scene = await scene.restart();
		await ask();
		expect(scene.caughtUp).toEqual(sidsOf(undelivered));
	});

	it('of an outage is caught up after a restart with an assistant that was chosen later', async () => {
		await proved();
		const [bob, carol] = ['Bob', 'Carol'].map((name) => scene.api.workspace.assistant(name));
		await scene.deliver();
		const { sid } = scene.undelivered();
		scene.later(60);
		scene.undelivered({}, carol);
		scene.later(8 * 60);
		// Each page has one call.
		scene.api.present({ mostRows: 1 });
		scene = await scene.restart({ catchUpAssistants: [scene.ava.name, bob?.name] });
		await ask();
		expect(scene.caughtUp).toEqual([sid]);
	});

	it('of another assistant is not this trigger’s, nor one from before', async () => {
		const bob = (await proved()).api.workspace.assistant('Bob');
		scene.undelivered({}, bob);
		scene.undelivered({}, scene.api.workspace.campaign('Autumn', bob));
		scene.api.workspace.call(scene.ava, {}, new Date(Date.now() - 120 * 60_000));
		await ask();
		expect(scene.caughtUp).toEqual([]);
		expect(said()).toContain('2 rows of another assistant');
		scene.undelivered({}, bob);
		await ask();
		expect(logged.filter((line) => line.includes('of another assistant'))).toHaveLength(1);
	});

	it.each(['duringCall', 'callStarted'])('is nothing to a trigger of %s', async (triggerOn) => {
		await started({ triggerOn });
		expect(scene.expression).toBe('');
		expect(scene.api.allRequests()).toEqual([]);
	});
});

describe('a trigger that n8n stops', () => {
	it.each([
		['while it asks for its first list', '/playground/list', '1', undefined],
		['while it has to wait for a page', '/playground/list', '1', failures.limitRate(1)],
		['while it asks for its last list', '/campaign/callLogs', '1', undefined],
		['while it asks for a call alone', '/activity/', undefined, undefined],
	])('%s asks for nothing more, and starts no execution', async (_when, at, page, failure) => {
		await proved();
		const campaign = scene.api.workspace.campaign('Spring', scene.ava);
		for (let each = 0; each < 2; each++) scene.undelivered({}, campaign);
		scene.undelivered();
		scene.later(15);
		// As where executions begin elsewhere: calls have to be looked up.
		begunHere('trigger').beginHere = false;
		let atTheStop: unknown;
		const soFar = () => ({ requests: scene.api.allRequests().length, executions: scene.emitted });
		scene.api.fail(failure ?? (() => undefined), at, (query) => {
			if (query.page !== page) return false;
			void scene.stop();
			atTheStop ??= soFar();
			return failure !== undefined;
		});
		await scene.ask();
		expect(soFar()).toEqual(atTheStop);
	});

	it('while it hands calls over starts no other one', async () => {
		await proved();
		for (let each = 0; each < 9; each++) scene.undelivered();
		scene.later(15);
		const asking = scene.ask();
		while (scene.handled.length === 1) await new Promise(setImmediate);
		await scene.stop();
		await asking;
		expect(scene.handled.length).toBeLessThan(1 + 9);
	});
});

it('starts no execution for calls that are none of its own, whatever the API tells of them', async () => {
	scene = await QCallScene.open();
	scene.api.workspace.call(scene.ava, {}, new Date(Date.now() - 120 * 60_000));
	await scene.start();
	await ask();
	expect(scene.emitted).toBe(0);
});

describe('before a webhook was found among the rows', () => {
	it('nothing is handed over, whatever they say', async () => {
		await started();
		const waiting = scene.undelivered();
		await ask();
		await ask();
		expect(scene.handled).toEqual([]);
		expect(said()).toContain('first a call that came by webhook has to be found at QCall');
		await scene.deliver();
		await ask();
		expect(scene.caughtUp).toEqual([waiting.sid]);
	});

	it('where its recordings are all made up too, and somebody is told after a day', async () => {
		await started();
		for (let day = 0; day < 6; day++) {
			await scene.deliver({ recording_url: INVENTED });
			scene.undelivered();
			await ask(5 * 60);
		}
		expect(scene.caughtUp).toEqual([]);
		expect(scene.failures).toEqual([expect.stringContaining('under the same recording_url or call_sid')]);
	});
});

describe('a webhook whose recording is made up', () => {
	/** A call that came by such a webhook, one that did not come and looks the same, and a restart; gives the id of the second. */
	async function restartedWithTwoAlike(): Promise<string> {
		const { delivered } = scene.undelivered();
		await scene.send({ ...delivered, recording_url: INVENTED });
		scene.later(1);
		const { sid } = scene.undelivered();
		scene = await scene.restart();
		return sid;
	}

	it('is known by caller, day and duration, after a restart too', async () => {
		await proved();
		await scene.deliver({ recording_url: INVENTED });
		await scene.deliver({ recording_url: '' });
		await ask();
		scene.later(30);
		scene = await scene.restart();
		await ask();
		expect(scene.caughtUp).toEqual([]);
		expect(said()).toContain('with the same caller, duration and day as a delivered call');
	});

	it.each(['fails', 'never begins'] as const)(
		'is known after a restart where the execution that looks calls up %s: what looks like something waits for it',
		async (fate) => {
			await proved();
			const sid = await restartedWithTwoAlike();
			const before = scene.emitted;
			scene.fates.push(fate);
			await ask();
			expect([scene.caughtUp, scene.emitted]).toEqual([[], before]);
			expect(said()).toContain('n8n did not tell which calls were handled before: only those are handed over');
			await ask();
			expect(scene.caughtUp).toEqual([sid]);
		},
	);

	it('is known where n8n cannot read its list for a while, after a restart too', async () => {
		await proved();
		const sid = await restartedWithTwoAlike();
		scene.kept.list.failures = 100;
		await ask();
		expect([scene.caughtUp, scene.failures]).toEqual([[], []]);
		expect(said()).toContain('n8n did not tell which calls were handled before');
		scene.kept.list.failures = 0;
		await ask();
		expect(scene.caughtUp).toEqual([sid]);
	});

	it('takes no other call with it, but one that looks the same', async () => {
		await proved();
		const phone_number = '+4930123456';
		const { delivered } = scene.undelivered({ phone_number });
		const same = scene.undelivered({ phone_number });
		const other = scene.undelivered({ phone_number, call_duration: 46 });
		await scene.send({ ...delivered, recording_url: INVENTED });
		await ask();
		expect(scene.caughtUp).toEqual([other.sid]);
		expect(same.sid).not.toBe(other.sid);
	});

	it('is one call: what looks like it hours later is another', async () => {
		await proved();
		const { delivered } = scene.undelivered();
		await scene.send({ ...delivered, recording_url: INVENTED });
		await ask();
		expect(scene.caughtUp).toEqual([]);
		const later = scene.undelivered({ phone_number: delivered.phone_number ?? '' });
		await ask();
		expect(scene.caughtUp).toEqual([later.sid]);
	});

	it.each([
		['made up too', { recording_url: INVENTED }, 24],
		['made up too', { recording_url: INVENTED }, 1],
		['true', {}, 1],
	])('is known where the address of an equal call before it was %s (%j, %d hours)', async (_what, change, hours) => {
		await proved();
		const phone_number = '+4930123456';
		const first = scene.undelivered({ phone_number });
		await scene.send({ ...first.delivered, ...change });
		await ask();
		scene.later(hours * 60);
		const { delivered } = scene.undelivered({ phone_number });
		const before = scene.handled.length;
		await scene.send({ ...delivered, recording_url: 'https://cdn.qcall.ai/recordings/other.mp3' });
		expect(scene.handled).toHaveLength(before + 1);
		await ask();
		await scene.startAgain('update');
		await ask();
		expect(scene.caughtUp).toEqual([]);
	});

	it('does not stand for another call where the trigger is stopped between two lists', async () => {
		await proved();
		const campaign = scene.api.workspace.campaign('Spring', scene.ava);
		const phone_number = '+4930123456';
		const { sid } = scene.undelivered({ phone_number });
		scene.later(15);
		const { delivered } = scene.undelivered({ phone_number }, campaign);
		await scene.send(delivered);
		let hasStopped = false;
		scene.api.fail(failures.hangUp, '/playground/list', () => {
			hasStopped = true;
			void scene.stop();
			return false;
		});
		await scene.ask();
		expect(hasStopped).toBe(true);
		scene.api.answerNormally();
		await scene.startAgain('update');
		await ask();
		await ask();
		expect(scene.caughtUp).toEqual([sid]);
	});

	it('is known where the model leaves out the country code', async () => {
		await proved();
		const { delivered } = scene.undelivered({ phone_number: '+15735551234' });
		await scene.send({ ...delivered, recording_url: INVENTED, phone_number: '(573) 555-1234' });
		await ask();
		expect(scene.caughtUp).toEqual([]);
	});

	it('is not taken for an undelivered one that looks the same, and ended before it', async () => {
		await proved();
		const phone_number = '+4930123456';
		scene.undelivered({ phone_number });
		scene.later(6);
		const { delivered } = scene.undelivered({ phone_number });
		await scene.send({ ...delivered, recording_url: INVENTED });
		await ask(5);
		await ask();
		expect(scene.caughtUp).toEqual([]);
		expect(said()).toContain('passed over 2 rows');
	});

	it.each([
		[200, 'is not caught up where that ends well', 0],
		[500, 'is caught up where that fails', 1],
	])('and whose workflow runs when it is due (%d) %s', async (status, _what, caughtUp) => {
		await proved({ respond: 'lastNode' });
		const { delivered, sid } = scene.undelivered();
		let end: (_: unknown) => void = () => undefined;
		const sent = scene.send(
			{ ...delivered, recording_url: INVENTED },
			status,
			new Promise((resolve) => (end = resolve)),
		);
		await ask();
		expect(scene.caughtUp).toEqual([]);
		end(undefined);
		await sent;
		await ask();
		expect(scene.caughtUp).toEqual([sid].slice(0, caughtUp));
	});

	it.each([-1, 1])('is known where the model dates it by another zone (%d day)', async (days) => {
		await proved();
		const { delivered } = scene.undelivered();
		const day = new Date(Date.now() + days * 24 * 3_600_000).toISOString().slice(0, 10);
		await scene.send({ ...delivered, recording_url: INVENTED, call_date: day });
		await ask();
		expect(scene.caughtUp).toEqual([]);
	});

	it('and two calls that look the same are told apart where the delivered one is found', async () => {
		await proved();
		const phone_number = '+4930123456';
		const { delivered } = scene.undelivered({ phone_number });
		const same = scene.undelivered({ phone_number });
		await scene.send(delivered);
		await ask();
		expect(scene.caughtUp).toEqual([same.sid]);
	});
});

describe('a row without a recording', () => {
	/** One without comes after a call that was caught up; then n8n is started anew. */
	async function expectLeftAloneAfterARestart(): Promise<void> {
		scene.undelivered();
		await ask();
		scene.undelivered({ recording_url: '' });
		scene = await scene.restart();
		await ask();
		await ask();
		expect(scene.caughtUp).toEqual([]);
	}

	it('is left alone where webhooks bring nothing else', async () => {
		await proved();
		scene.undelivered({ recording_url: '' });
		const { sid } = scene.undelivered();
		await ask();
		await ask();
		expect(scene.caughtUp).toEqual([sid]);
		expect(said()).toContain('passed over 1 row without recording_url');
	});

	it('is caught up where its recording comes later', async () => {
		await proved();
		const { sid, delivered } = scene.undelivered({ recording_url: '' });
		await ask();
		await ask(30);
		expect(scene.caughtUp).toEqual([]);
		delivered.recording_url = 'https://cdn.qcall.ai/recordings/late-7.mp3';
		await ask();
		expect(scene.caughtUp).toEqual([sid]);
	});

	it('is caught up where webhooks bring the call_sid', async () => {
		await started();
		const first = scene.undelivered();
		await scene.send({ ...first.delivered, call_sid: first.sid });
		const { sid } = scene.undelivered({ recording_url: '' });
		await ask();
		expect(scene.caughtUp).toEqual([first.sid, sid]);
	});

	it.each(['single calls', 'calls of a campaign'])(
		'is left alone where the workflow is published again, behind %s that are known by their recordings',
		async (which) => {
			await started();
			const of = which === 'single calls' ? scene.ava : scene.api.workspace.campaign('Spring', scene.ava);
			for (let each = 0; each < 2; each++) {
				await scene.deliver({}, of);
				await ask();
			}
			// Passed over for what it looks like, and so known by its own ID.
			await scene.send(scene.undelivered({ recording_url: '' }).delivered);
			await ask();
			await scene.startAgain('update');
			await scene.send(scene.undelivered({ recording_url: '', call_duration: 0 }, of).delivered);
			for (const minutes of [15, 15, 70, 15]) await ask(minutes);
			expect(scene.caughtUp).toEqual([]);
			scene = await scene.restart();
			await ask();
			expect(scene.caughtUp).toEqual([]);
		},
	);

	it('is left alone after a restart too, where more calls came since the proof than are remembered', async () => {
		await proved({ options: { dedupeHistory: 20 } });
		for (let each = 0; each < 40; each++) {
			await scene.deliver();
			await ask(6 * 60);
		}
		await expectLeftAloneAfterARestart();
	});

	it('is left alone after a restart too, where calls with recordings were caught up', async () => {
		await proved();
		await expectLeftAloneAfterARestart();
	});
});

it('that it is proved goes along with a look-up, since a worker that records calls is told of it no other way', async () => {
	await started();
	const ids = ['recording_url', 'call_sid'].map(proofBy);
	for (const proved of [['recording_url'], []]) {
		const said = await scene.executeUnheard({ postCallLookUp: { name: 'look-up', ids, proved } });
		expect(answersIn(said)).toEqual([true, false]);
	}
});

it('that it is proved is recorded by the next execution where n8n cannot write its list', async () => {
	await proved();
	scene.kept.list.failures = 100;
	await scene.deliver();
	scene.kept.list.failures = 0;
	await scene.deliver();
	const ids = [proofBy('recording_url')];
	const said = await scene.executeUnheard({ postCallLookUp: { name: 'look-up', ids, proved: [] } });
	expect(answersIn(said)).toEqual([true]);
});

it('an execution that looks calls up says that it has none', async () => {
	await started();
	const asked = [{ json: { postCallLookUp: { name: 'look-up', ids: [], proved: [] } } }];
	const { output, hints } = await new Trigger({ nodeType: new QCallTrigger() }).execute(asked, '1', 'trigger');
	expect(output).toEqual([[]]);
	expect(hints).toMatchObject([{ message: expect.stringMatching(/^No call: this execution looked up/), type: 'info' }]);
});

describe('calls of campaigns', () => {
	const askedAlone = () => scene.api.allRequests().filter(({ path }) => path.startsWith('/activity/'));

	it('prove and are caught up, each asked for alone only where it is unknown', async () => {
		await started();
		const campaign = scene.api.workspace.campaign('Spring', scene.ava);
		for (let each = 0; each < 3; each++) await scene.deliver({}, campaign);
		await ask();
		expect(askedAlone()).toHaveLength(3);
		for (let each = 0; each < 5; each++) await scene.deliver({}, campaign);
		const { sid } = scene.undelivered({}, campaign);
		await ask();
		await ask();
		expect(askedAlone()).toHaveLength(4);
		expect(scene.caughtUp).toEqual([sid]);
		expect(scene.handled.at(-1)).toMatchObject({ campaign_name: 'Spring', assistant_name: 'Ava', call_sid: sid });
		expect(String(scene.handled.at(-1)?.recording_url)).toContain('recordings/');
	});

	it('are not lost where their list fails when since when it asks is kept no more, nor are others', async () => {
		await started();
		const campaign = scene.api.workspace.campaign('Spring', scene.ava);
		await scene.deliver({}, campaign);
		await ask();
		await scene.deliver({}, campaign);
		const undelivered = [scene.undelivered({}, campaign), scene.undelivered()];
		scene.later(15);
		scene.kept.staticData = {};
		scene.api.fail(failures.refuse(500, 'no'), '/campaign/callLogs');
		scene = await scene.restart();
		scene.api.answerNormally();
		await ask();
		await ask();
		expect([...scene.caughtUp].sort()).toEqual(sidsOf(undelivered).sort());
	});

	it('are asked for alone 50 at a time, and none is lost', async () => {
		await proved();
		const campaign = scene.api.workspace.campaign('Spring', scene.ava);
		const undelivered: KnownCall[] = [];
		for (let each = 0; each < 70; each++) {
			undelivered.push(scene.undelivered({}, campaign));
			scene.later(0.1);
		}
		await ask();
		expect(askedAlone()).toHaveLength(50);
		await ask();
		expect(askedAlone()).toHaveLength(70);
		expect(scene.caughtUp).toEqual(sidsOf(undelivered));
	});

	it.each([
		['is limited', failures.limitRate(600)],
		['fails', failures.refuse(500, 'no')],
		['fails, to be tried again in six hours', failures.refuse(503, 'no', { 'retry-after': '21600' })],
		['fails inside', failures.failInside(500, 'no')],
		['hangs up', failures.hangUp],
	])('wait where asking alone %s, and hold up no single call', async (_what, failure) => {
		await proved();
		const campaign = scene.api.workspace.campaign('Spring', scene.ava);
		const ofCampaign = [0, 1].map(() => {
			scene.later(1);
			return scene.undelivered({}, campaign);
		});
		const single = scene.undelivered();
		scene.api.fail(failure, '/activity/');
		await ask();
		expect(scene.caughtUp).toEqual([single.sid]);
		expect(askedAlone()).toHaveLength(1);
		expect(said()).toContain('some calls have to be asked for alone, which failed');
		scene.api.answerNormally();
		await ask(20);
		expect(scene.caughtUp).toEqual([single.sid, ...sidsOf(ofCampaign)]);
	});

	it('wait as long as the API wants where that limits asking alone', async () => {
		await proved();
		scene.undelivered({}, scene.api.workspace.campaign('Spring', scene.ava));
		scene.api.fail(failures.limitRate(600), '/activity/');
		await ask();
		const asked = scene.api.allRequests().length;
		await ask(5);
		expect(scene.api.allRequests()).toHaveLength(asked);
	});

	it('that cannot be asked for alone for an hour are told of', async () => {
		await proved();
		scene.undelivered({}, scene.api.workspace.campaign('Spring', scene.ava));
		scene.api.fail(failures.refuse(500, 'no'), '/activity/');
		for (let asked = 0; asked < 4; asked++) await ask();
		expect(scene.failures).toEqual([]);
		await ask();
		expect(scene.failures).toEqual([expect.stringContaining('some calls have to be asked for alone, which failed')]);
	});

	it.each([
		['delivered', 15],
		['undelivered', 15],
		['undelivered', 7],
	])('look the same, and recordings tell which was %s first, %d minutes after the second', async (first, minutes) => {
		await proved();
		const campaign = scene.api.workspace.campaign('Spring', scene.ava);
		const calls = [0, 1].map(() => {
			scene.later(5);
			return scene.undelivered({ phone_number: '+4930123456' }, campaign);
		});
		const [came, lost] = first === 'delivered' ? calls : calls.reverse();
		await scene.send({ ...came?.delivered });
		// After 7 minutes one is due, and the other is not.
		await ask(minutes);
		await ask();
		expect(scene.caughtUp).toEqual([lost?.sid]);
	});

	it.each([
		['the API fails to tell of it', 0],
		['it is one of many', 55],
	])(
		'look the same, and the delivered one is asked for alone later, since %s: the other is not lost',
		async (_why, more) => {
			await proved();
			const campaign = scene.api.workspace.campaign('Spring', scene.ava);
			const phone_number = '+4930123456';
			const lost = scene.undelivered({ phone_number }, campaign);
			for (let each = 0; each < more; each++) {
				scene.later(0.1);
				scene.undelivered({}, campaign);
			}
			scene.later(1);
			const came = scene.undelivered({ phone_number }, campaign);
			await scene.send(came.delivered);
			if (more === 0) scene.api.fail(failures.failInside(500, 'no'), `/activity/${came.sid}/transcript`);
			await ask();
			scene.api.answerNormally();
			await ask();
			expect(scene.caughtUp).toContain(lost.sid);
			expect(scene.caughtUp).not.toContain(came.sid);
		},
	);

	it('are not held up by one of which the API always fails to tell', async () => {
		await proved();
		const campaign = scene.api.workspace.campaign('Spring', scene.ava);
		const odd = scene.undelivered({}, campaign);
		const undelivered: KnownCall[] = [];
		scene.api.fail(failures.failInside(500, 'No transcript'), `/activity/${odd.sid}/transcript`);
		for (let each = 0; each < 3; each++) {
			scene.later(1);
			undelivered.push(scene.undelivered({}, campaign));
			await ask();
		}
		await ask();
		expect(scene.caughtUp).toEqual(sidsOf(undelivered));
		scene.api.answerNormally();
		await ask();
		expect(scene.caughtUp).toEqual(sidsOf([...undelivered, odd]));
	});

	it('are not held up by many of which the API refuses to tell', async () => {
		await proved();
		const campaign = scene.api.workspace.campaign('Spring', scene.ava);
		for (let each = 0; each < 60; each++) {
			scene.undelivered({ call_duration: 0 }, campaign);
			scene.later(0.1);
		}
		const { sid } = scene.undelivered({}, campaign);
		scene.api.fail(failures.failInside(400, 'No transcript'), '/activity/');
		await ask();
		expect(askedAlone()).toHaveLength(50);
		await ask();
		expect(
			askedAlone()
				.slice(50, 61)
				.map(({ path }) => path),
		).toContain(`/activity/${sid}/transcript`);
	});

	it('are not held up by any number that has no recording', async () => {
		await proved();
		const campaign = scene.api.workspace.campaign('Spring', scene.ava);
		for (let each = 0; each < 510; each++) {
			scene.undelivered({ recording_url: '', call_duration: 0 }, campaign);
			scene.later(0.1);
		}
		const { sid } = scene.undelivered({}, campaign);
		for (let each = 0; each < 12; each++) await ask();
		expect(scene.caughtUp).toEqual([sid]);
	}, 60_000);

	it('wait where asking alone fails, though webhooks bring the call_sid: one may have come with its recording', async () => {
		await started();
		const first = scene.undelivered();
		await scene.send({ ...first.delivered, call_sid: first.sid });
		await ask();
		const campaign = scene.api.workspace.campaign('Spring', scene.ava);
		const { recording_url, phone_number } = scene.undelivered({}, campaign).delivered;
		await scene.send({ recording_url, phone_number });
		const { sid, delivered } = scene.undelivered({}, campaign);
		scene.api.fail(failures.failInside(500, 'no'), '/activity/');
		await ask();
		expect(scene.caughtUp).toEqual([first.sid]);
		scene.api.answerNormally();
		await ask();
		expect(scene.caughtUp).toEqual([first.sid, sid]);
		expect(scene.handled.at(-1)).toMatchObject({ recording_url: delivered.recording_url });
	});

	it('are asked for alone as often where it asks seldom', async () => {
		await proved({ options: { catchUpEvery: 59 } });
		const campaign = scene.api.workspace.campaign('Spring', scene.ava);
		for (let each = 0; each < 120; each++) {
			scene.undelivered({}, campaign);
			scene.later(0.1);
		}
		await ask();
		expect(askedAlone()).toHaveLength(120);
	});

	it.each([
		['has no transcript of one', failures.failInside(404, 'none')],
		['tells nothing of one', failures.refuse(200, 'none')],
	])('are left alone where QCall %s, an hour after its end either', async (_what, failure) => {
		await proved();
		const { sid } = scene.undelivered({}, scene.api.workspace.campaign('Spring', scene.ava));
		scene.api.fail(failure, '/activity/');
		for (const minutes of [15, 5, 5, 60, 5, 5]) await ask(minutes);
		expect(scene.caughtUp).toEqual([]);
		expect(askedAlone().filter(({ path }) => path.includes(sid))).toHaveLength(2);
	});

	it('are asked for once more, an hour after their end, where the recording has to be made yet', async () => {
		await proved();
		const { sid, delivered } = scene.undelivered(
			{ recording_url: '' },
			scene.api.workspace.campaign('Spring', scene.ava),
		);
		await ask();
		delivered.recording_url = 'https://cdn.qcall.ai/recordings/late-8.mp3';
		await ask(70);
		expect(scene.caughtUp).toEqual([sid]);
		expect(scene.handled.at(-1)).toMatchObject({ recording_url: delivered.recording_url });
	});

	it('do no harm, whatever is told of one that is asked for alone', async () => {
		await proved({ output: 'raw' });
		const transcript = JSON.parse(`{"__proto__": "text", "deep": ${'['.repeat(99)}${']'.repeat(99)}}`);
		scene.api.present({ changeRow: (row) => ('transcript' in row ? { ...row, transcript } : row) });
		const { sid } = scene.undelivered({}, scene.api.workspace.campaign('Spring', scene.ava));
		await ask();
		expect(scene.caughtUp).toEqual([sid]);
		const text = JSON.stringify(scene.handled.at(-1)?.transcript);
		expect(text).toContain('"__proto___":"text"');
		expect(text).toContain('nested more than 32 levels deep');
	});

	it('go on where the campaign has a new name', async () => {
		await proved();
		const campaign = scene.api.workspace.campaign('Spring', scene.ava);
		const before = scene.undelivered({}, campaign);
		await ask();
		scene.api.workspace.rename(campaign, 'Summer');
		const after = scene.undelivered({}, campaign);
		await ask();
		expect(scene.caughtUp).toEqual([before.sid, after.sid]);
	});

	it('are this trigger’s from when their campaign goes to its assistant, and no more where that goes to another', async () => {
		await proved();
		const bob = scene.api.workspace.assistant('Bob');
		const campaigns = [scene.api.workspace.campaign('Spring', bob), scene.api.workspace.campaign('Autumn', scene.ava)];
		const callEach = () => campaigns.map((campaign) => scene.undelivered({}, campaign));
		const before = callEach();
		await ask();
		expect(scene.caughtUp).toEqual([before[1]?.sid]);
		const late = callEach();
		await ask(5);
		campaigns.forEach((campaign, at) => Object.assign(campaign, { assistant: at === 0 ? scene.ava.name : bob.name }));
		await ask(8 * 60);
		const after = callEach();
		await ask();
		await ask();
		expect(scene.caughtUp).toEqual([before[1]?.sid, late[1]?.sid, after[0]?.sid]);
	});

	it('are this trigger’s from when their campaign goes to its assistant, though campaigns could not be asked for since', async () => {
		await proved();
		const campaign = scene.api.workspace.campaign('Spring', scene.api.workspace.assistant('Bob'));
		scene.undelivered({}, campaign);
		await ask();
		campaign.assistant = scene.ava.name;
		scene.later(8 * 60);
		const { sid } = scene.undelivered({}, campaign);
		scene.api.fail(failures.refuse(500, 'down'), '/campaign/list');
		await ask();
		scene.api.answerNormally();
		await ask();
		await ask();
		expect(scene.caughtUp).toEqual([sid]);
	});

	it('are this trigger’s no more where their campaign, the only one, has gone to another assistant', async () => {
		await proved();
		const campaign = scene.api.workspace.campaign('Spring', scene.ava);
		await scene.deliver({}, campaign);
		await ask();
		campaign.assistant = scene.api.workspace.assistant('Bob').name;
		await ask(8 * 60);
		scene.undelivered({}, campaign);
		await ask();
		await ask();
		expect(scene.caughtUp).toEqual([]);
	});

	it('are asked for again where nobody knows whose a campaign is; single calls go on', async () => {
		await proved();
		scene.api.fail(failures.refuse(404, 'no'), '/campaign/list');
		const ofCampaign = scene.undelivered({}, scene.api.workspace.campaign('Spring', scene.ava));
		const single = scene.undelivered();
		// Each page has one call, so what began before is behind what other assistants have had since.
		scene.api.present({ mostRows: 1 });
		const others = scene.api.workspace.campaign('Autumn', scene.api.workspace.assistant('Bob'));
		for (let each = 0; each < 3; each++) {
			await ask(240);
			scene.undelivered({}, others);
		}
		expect(scene.caughtUp).toEqual([single.sid]);
		scene.api.answerNormally();
		await ask();
		expect(scene.caughtUp).toEqual([single.sid, ofCampaign.sid]);
	});

	it('of two campaigns with one name are left alone where these have two assistants', async () => {
		await proved();
		const bob = scene.api.workspace.assistant('Bob');
		scene.undelivered({}, scene.api.workspace.campaign('Spring', scene.ava));
		scene.undelivered({}, scene.api.workspace.campaign('Spring', bob));
		await ask();
		expect(scene.caughtUp).toEqual([]);
		expect(said()).toContain('2 rows of no known assistant');
		expect(said()).not.toContain('cannot be asked for');
	});
});

it('of two assistants with one name are both caught up', async () => {
	await proved();
	const { sid } = scene.undelivered({}, scene.api.workspace.assistant('Ava'));
	await ask();
	expect(scene.caughtUp).toEqual([sid]);
});

describe('pages', () => {
	async function many(count: number): Promise<KnownCall[]> {
		const made: KnownCall[] = [];
		for (let each = 0; each < count; each++) {
			scene.later(0.1);
			made.push(scene.undelivered());
		}
		return made;
	}

	it('that shift while they are read pass over no call, and none is handed over twice', async () => {
		await proved();
		const undelivered = await many(250);
		scene.later(15);
		const appearing: KnownCall[] = [];
		scene.api.before(({ path, query }) => {
			if (path !== '/playground/list' || query.page === '0') return;
			for (let each = 0; each < 30; each++) appearing.push(scene.undelivered());
		});
		await scene.ask();
		scene.api.before(() => undefined);
		expect(scene.caughtUp).toEqual(sidsOf(undelivered));
		await ask();
		expect(new Set(scene.caughtUp)).toEqual(new Set(sidsOf([...undelivered, ...appearing])));
		expect(scene.caughtUp).toHaveLength(250 + appearing.length);
	});

	it('are read to what is old enough, and no farther', async () => {
		await proved();
		for (let each = 0; each < 350; each++) {
			scene.api.workspace.call(scene.ava, {}, new Date(Date.now() - (10 * 60 + each) * 60_000));
		}
		const before = scene.api.requests().length;
		await ask();
		expect(scene.api.requests().length - before).toBe(1);
	});

	it('may be shorter than was asked for', async () => {
		await proved();
		scene.api.present({ mostRows: 7 });
		const undelivered = await many(40);
		await ask();
		expect(scene.caughtUp).toEqual(sidsOf(undelivered));
	});

	it.each([
		['there is none', failures.failInside(404, 'No data')],
		['there is no list', failures.refuse(200, 'No data')],
	])('end where behind one that is not full %s', async (_what, failure) => {
		await proved();
		const undelivered = await many(3);
		scene.api.fail(failure, '/playground/list', ({ page }) => page !== '0');
		await ask();
		expect(scene.caughtUp).toEqual(sidsOf(undelivered));
		expect(said()).not.toContain('cannot be asked for');
	});

	it('that are not there behind a full one are told of, and what was behind it is caught up later', async () => {
		await proved();
		const undelivered = await many(120);
		scene.api.fail(failures.failInside(404, 'No data'), '/playground/list', ({ page }) => page !== '0');
		await ask();
		expect(said()).toContain('names no next one');
		scene.api.answerNormally();
		await ask();
		expect(new Set(scene.caughtUp)).toEqual(new Set(sidsOf(undelivered)));
	});

	it('of campaigns are read to their end, whatever their rows are known by', async () => {
		await proved();
		for (let each = 0; each < 20; each++) scene.api.workspace.campaign(`Spring ${each}`, scene.ava);
		scene.api.present({ mostRows: 5 });
		scene.api.workspace.campaigns.forEach((campaign) => Object.assign(campaign, { id: undefined }));
		const { sid } = scene.undelivered({}, scene.api.workspace.campaigns[19] ?? scene.ava);
		await ask();
		expect(scene.caughtUp).toEqual([sid]);
	});

	it('that repeat are told of, and what was behind them is caught up later', async () => {
		await proved();
		const undelivered = await many(150);
		scene.api.repeatPages();
		await ask();
		expect(said()).toContain('names a next page again and again');
		scene.api.repeatPages(false);
		await ask();
		expect(new Set(scene.caughtUp)).toEqual(new Set(sidsOf(undelivered)));
		expect(scene.caughtUp).toHaveLength(150);
	});
});

describe('QCall’s API in trouble', () => {
	it.each([
		['fails with status 200', failures.failInside(500, 'Something broke'), 'has a problem of its own (status 500)'],
		['refuses the key with status 200', failures.failInside(401, 'Invalid'), 'refuses the API key (status 401)'],
		['refuses the key', failures.refuseKey, 'refuses the API key (status 401)'],
		['limits', failures.limitRate(30), 'gets too many requests with this API key (status 429)'],
		['limits with status 200', failures.failInside(429, 'Slow down'), '(status 429)'],
		['fails without a status', failures.failInside(200, 'no'), 'answers that the request failed'],
		['sends a web page', failures.answerHtml, 'is no JSON'],
	])('%s: webhooks go on, n8n’s log says it, and the call is caught up later', async (_what, failure, words) => {
		await proved();
		const { sid } = scene.undelivered();
		scene.api.fail(failure);
		await ask();
		expect(said()).toContain(words);
		expect(said()).not.toContain(scene.api.apiKey);
		const before = scene.handled.length;
		await scene.deliver();
		expect(scene.handled).toHaveLength(before + 1);
		scene.api.answerNormally();
		await ask();
		expect(scene.caughtUp).toEqual([sid]);
	});

	it('tells rows without a time, of which nothing can be made: they are asked for again', async () => {
		await proved();
		const odd = scene.undelivered();
		const hide = (row: Row) => (row.call_sid === odd.sid ? { ...row, created_at: '' } : row);
		const { sid } = scene.undelivered();
		scene.api.present({ changeRow: hide });
		await ask();
		expect(said()).toContain('1 row without a time');
		scene.api.present({ changeRow: (row) => row });
		await ask();
		expect(new Set(scene.caughtUp)).toEqual(new Set([odd.sid, sid]));
	});

	it('has a status that nobody knows: the call is left alone, and n8n’s log says so', async () => {
		await proved();
		const odd = scene.undelivered();
		const { sid } = scene.undelivered();
		scene.undelivered().status = 'inProgress';
		// Of one from before, and of one that came by webhook, nobody has to know.
		const before = scene.api.workspace.call(scene.ava, {}, new Date(Date.now() - 120 * 60_000));
		const odds = sidsOf([odd, before, await scene.deliver()]);
		scene.api.present({
			changeRow: (row) => (odds.includes(String(row.call_sid)) ? { ...row, call_status: 'teleported' } : row),
		});
		for (let hour = 0; hour < 3; hour++) await ask(60);
		expect(scene.caughtUp).toEqual([sid]);
		expect(said()).toContain('passed over 1 row with a status that is not known');
		expect(scene.failures).toEqual([]);
	});

	it('has a status that nobody knows in every row: somebody is told, and all are caught up when that is over', async () => {
		await proved();
		const undelivered: KnownCall[] = [];
		scene.api.present({ changeRow: (row) => ({ ...row, call_status: 'ended' }) });
		for (let each = 0; each < 8; each++) {
			undelivered.push(scene.undelivered());
			await ask(60);
		}
		expect(scene.caughtUp).toEqual([]);
		expect(scene.failures).toEqual([expect.stringContaining('has a status that this version knows')]);
		scene.api.present({ changeRow: (row) => row });
		await ask();
		expect(scene.caughtUp).toEqual(sidsOf(undelivered));
	});

	it('has no list of campaigns’ calls as long as there are none: that is no trouble', async () => {
		scene = await QCallScene.open();
		scene.api.fail(failures.failInside(404, 'No data'), '/campaign/callLogs');
		await scene.start();
		await scene.deliver();
		await ask();
		const undelivered: KnownCall[] = [];
		for (let each = 0; each < 6; each++) {
			const { sid, delivered } = scene.undelivered();
			await scene.send({ ...delivered, recording_url: INVENTED });
			undelivered.push(scene.undelivered());
			await ask();
			expect(scene.caughtUp).not.toContain(sid);
		}
		expect(scene.caughtUp).toEqual(sidsOf(undelivered));
		expect(said()).not.toContain('cannot be asked for');
		scene.api.fail(failures.failInside(404, 'No data'), '/');
		await ask();
		expect(said()).toContain('there is no such address');
	});

	it.each([
		['the list of campaigns’ calls is a web page', failures.answerHtml, '/campaign/callLogs'],
		['nobody knows whose a campaign is', failures.failInside(404, 'No data'), '/campaign/list'],
	])('is in trouble from the start, where %s', async (_what, failure, path) => {
		scene = await QCallScene.open();
		scene.undelivered({}, scene.api.workspace.campaign('Spring', scene.ava));
		scene.api.fail(failure, path);
		await scene.start();
		expect(said()).toContain('one of the lists of calls (calls of campaigns) cannot be asked for');
		expect(said()).not.toContain('Where it was deleted');
	});

	it('has that list no more: that is trouble', async () => {
		await proved();
		scene.api.fail(failures.failInside(404, 'No data'), '/campaign/callLogs');
		await ask();
		expect(said()).toContain('calls of campaigns) cannot be asked for');
	});
});

it('sends the key in its header, and nowhere else', async () => {
	await proved();
	for (const { headers, path, query } of scene.api.allRequests()) {
		expect(headers['x-api-key']).toBe(scene.api.apiKey);
		expect(headers.authorization).toBeUndefined();
		expect(JSON.stringify([path, query])).not.toContain(scene.api.apiKey);
	}
});

describe('in the editor', () => {
	const trigger = (credential: object = {}) =>
		new Trigger({
			nodeType: new QCallTrigger(),
			parameters: { catchUp: true },
			credentials: { qCallApi: { apiKey: scene.api.apiKey, baseUrl: scene.api.baseUrl(), ...credential } },
		});

	it('the assistants to choose from are those of the API, each name once', async () => {
		await started();
		for (const name of ['Zoe', 'Bob', 'Bob']) scene.api.workspace.assistant(name);
		expect(await trigger().loadOptions('getAssistants')).toEqual(
			['Ava', 'Bob', 'Zoe'].map((name) => ({ name, value: name })),
		);
		const refused = trigger({ apiKey: 'qc_live_wrong' }).loadOptions('getAssistants');
		await expect(refused).rejects.toThrow('QCall refuses the API key');
	});

	it.each([
		[{}, undefined, 'QCall accepts this key and tells of 1 assistant.'],
		[{ apiKey: 'qc_live_wrong' }, undefined, 'QCall refuses the API key (status 401)'],
		[{ apiKey: '' }, undefined, 'has no API key: make one in QCall under Integrations > AI Assistants (MCP)'],
		[{ baseUrl: 'http://api.qcall.ai/api/v1' }, undefined, 'must begin with https://'],
		[{}, failures.failInside(401, 'Invalid API key'), 'QCall refuses the API key (status 401)'],
		[{}, failures.failInside(200, 'no'), 'QCall answers that the request failed'],
		[{}, failures.limitRate(7), 'status 429'],
		[{}, failures.answerHtml, 'is no JSON'],
	])('the Test button says what it is: %j %p', async (credential, failure, text) => {
		await started();
		if (failure) scene.api.fail(failure, '/user/listAssistant');
		const data = { apiKey: scene.api.apiKey, baseUrl: scene.api.baseUrl(), ...credential };
		const result = await trigger().testCredential('qCallApiTest', data);
		expect(result.message).toContain(text);
		expect(result.status).toBe(text.includes('accepts') ? 'OK' : 'Error');
		expect(JSON.stringify([result, logged])).not.toContain(scene.api.apiKey);
	});
});
