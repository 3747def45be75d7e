import { callScaler } from '../../nodes/CallScaler/provider';
import { begunHere } from '../../nodes/n8n/begun-here';
import { lastDeliveriesOf } from '../../nodes/delivery/last-deliveries';
import { receive } from '../../nodes/delivery/receive';
import { settingsReader } from '../../nodes/delivery/settings-reader';
import type { Setup } from './webhook-context';
import { webhookContext } from './webhook-context';

const HOUR = 3_600_000;
const SECRET = 'a-secret-of-some-length';
const START = Date.UTC(2026, 3, 24, 12);
const call = { call_id: 'of-one-caller', event: 'call.completed', duration_seconds: 12, caller_phone: '+15735550100' };
const settingsOf = settingsReader(callScaler);

let workflow = 0;
beforeEach(() => {
	jest.useFakeTimers({ now: START, doNotFake: ['setImmediate', 'nextTick'] });
	workflow++;
});
afterEach(() => {
	begunHere('webhook').beginHere = false;
	jest.useRealTimers();
});

/** What n8n calls webhook() with, each time of this test's own trigger. */
function contextOf(setup: Setup) {
	return webhookContext({
		credential: { headerName: 'X-Secret', secret: SECRET, previousSecret: '' },
		headers: { 'x-secret': SECRET },
		body: call,
		workflow: `seen ${workflow}`,
		...setup,
		parameters: { triggerOn: ['call.completed'], ...setup.parameters },
	});
}

/** Delivers to the trigger, a second after the delivery before. */
async function deliver(setup: Setup = {}) {
	jest.setSystemTime(Date.now() + 1_000);
	const trigger = contextOf(setup);
	const { webhookResponse } = await receive(trigger.context, callScaler, settingsOf);
	if (webhookResponse !== undefined) trigger.response.json(webhookResponse);
	await new Promise(setImmediate);
	return trigger;
}

/** What a browser shows that opens the sample's URL. */
async function page(setup: Setup = {}): Promise<string> {
	const trigger = contextOf({ webhookName: 'setup', mode: 'manual', headers: { accept: 'text/html' }, ...setup });
	let sent = '';
	trigger.response.type = () => trigger.response;
	trigger.response.send = (html) => {
		sent = String(html);
		return trigger.response.end();
	};
	await receive(trigger.context, callScaler, settingsOf);
	return sent;
}

const seen = () => lastDeliveriesOf(`seen ${workflow}/trigger`).newestFirst(Date.now());
const wrong: Setup = { headers: { 'x-secret': 'a-mistyped-one' } };
const filters = (more: Setup['parameters']): Setup => ({ parameters: { filters: more } });

describe('the last deliveries', () => {
	it.each<[string, Setup, string, string]>([
		['accepted', {}, '200 accepted', 'The call was accepted'],
		[
			'ignored',
			filters({ minDuration: 60 }),
			'200 ignored',
			'Ignored: the filter Minimum Duration excludes it. To have',
		],
		['refused', wrong, '401 rejected', 'arrived, but with another secret'],
		['not readable', { body: Object([1]) }, '400 rejected', 'There is nothing to read'],
		['held', { parameters: { output: 'xml' } }, '200 held', 'Output must be one of'],
		['sent to the sample', { webhookName: 'setup', method: 'POST' }, '404 rejected', 'takes no calls'],
		[
			'accepted by the last node',
			{ parameters: { respond: 'lastNode' } },
			'200 accepted',
			'accepted and its workflow started',
		],
	])('have one that was %s, with its reason', async (_what, setup, answer, reason) => {
		const { response } = await deliver(setup);
		response.end();
		response.emit('close');
		await new Promise(setImmediate);
		const expected = { id: response.getHeader('X-Request-Id'), at: START + 1_000 };
		expect(seen()).toEqual([expect.objectContaining({ ...expected, reason: expect.stringContaining(reason) })]);
		expect(seen().map(({ status, verdict }) => `${status} ${verdict}`)).toEqual([answer]);
	});

	it('have a duplicate', async () => {
		(await deliver()).response.end();
		await deliver();
		expect(seen()).toMatchObject([
			{ verdict: 'duplicate', reason: expect.stringContaining('accepted before, at 2026-04-24T12:00:01') },
			{ verdict: 'accepted' },
		]);
	});

	it('have one that n8n answers with an error, which does not say that the call was accepted', async () => {
		const { response } = await deliver({ parameters: { respond: 'lastNode' } });
		response.status(500).end();
		response.emit('close');
		const notSaved: Setup = { parameters: { output: 'xml' }, workflowSettings: { saveDataErrorExecution: 'none' } };
		await expect(deliver(notSaved)).rejects.toThrow('Output must be one of');
		expect(seen()).toMatchObject([
			{ status: 500, verdict: 'failed', reason: expect.stringMatching(/Output must be one of.*Look at the failed/) },
			{ status: 500, verdict: 'failed', reason: expect.stringMatching(/^n8n answered with an error of its own/) },
		]);
	});

	it('have nothing of a test, and of nobody who opened the sample', async () => {
		await deliver({ ...wrong, mode: 'manual' });
		await page();
		await page({ mode: 'webhook' });
		expect(seen()).toEqual([]);
	});

	it('keep the newest 50 of each kind, so that neither strangers nor a busy line push out another', async () => {
		await deliver(filters({ minDuration: 60 }));
		await deliver(wrong);
		for (let stranger = 0; stranger < 1_000; stranger++) await deliver({ headers: {} });
		for (let accepted = 0; accepted < 60; accepted++) await deliver({ body: { ...call, call_id: `${accepted}` } });
		const reasons = seen().map(({ reason }) => reason);
		const count = (words: string) => reasons.filter((reason) => reason.includes(words)).length;
		const counts = ['was accepted', 'did not arrive', 'another secret', 'Ignored'].map(count);
		expect(counts).toEqual([50, 50, 1, 1]);
		expect(reasons).toHaveLength(102);
	});

	it('have a reason that is cut, however long it is', async () => {
		const rows = [{ field: 'x'.repeat(10_000), operator: 'equals', value: 'y' }];
		await deliver({ parameters: { conditions: { rows } } });
		expect(seen().map(({ reason }) => reason.length)).toEqual([601]);
	});

	it('are forgotten after three days, and then nothing is kept for the trigger', async () => {
		await deliver();
		jest.setSystemTime(Date.now() + 71 * HOUR);
		await deliver({ body: { ...call, call_id: 'of-another' } });
		await deliver(wrong);
		expect(seen()).toHaveLength(3);
		jest.setSystemTime(Date.now() + HOUR);
		expect(seen()).toMatchObject([{ status: 401 }, { status: 200 }]);
		const deliveries = lastDeliveriesOf(`seen ${workflow}/trigger`);
		expect(deliveries.dropExpired(Date.now())).toBe(false);
		expect(deliveries.dropExpired(Date.now() + 72 * HOUR)).toBe(true);
	});
});

describe("the sample's page", () => {
	it('shows them, the newest first, with the times in UTC as those in the answers', async () => {
		await deliver(filters({ minDuration: 60 }));
		const { response } = await deliver(wrong);
		const shown = await page();
		expect(shown).toContain('When (UTC; now 12:00:02)');
		expect(shown).toMatch(
			/<p>What n8n answered since 20[\d-]+ [\d:]+ UTC,[^]* of each kind the last 50\.[^]*did not reach this trigger/,
		);
		expect(shown).toMatch(
			/2026-04-24 12:00:02<[^]*<b>rejected<.b> \(401\)[^]*2026-04-24 12:00:01<[^]*<b>ignored<.b> \(200\)/,
		);
		expect(shown).toContain(`<small>${String(response.getHeader('X-Request-Id'))}</small>`);
	});

	it('says what is said of several in a row once', async () => {
		for (let stranger = 0; stranger < 3; stranger++) await deliver(wrong);
		const shown = await page();
		expect([shown.match(/arrived, but with another secret/g), shown.match(/As above/g)]).toMatchObject([
			{ length: 1 },
			{ length: 2 },
		]);
	});

	it('says since when nothing came, and what to look at', async () => {
		expect(await page()).toMatch(/<p>Nothing, since 20[\d-]+ [\d:]+ UTC\.<.p>[^]*workflow is published/);
		expect(await page()).not.toContain('<table>');
	});

	it('shows them too where no example can be made, as after a call that is held for that', async () => {
		await deliver({ parameters: { output: 'xml' } });
		expect(await page({ parameters: { output: 'xml' } })).toMatch(
			/<h1>No example call<.h1>\n<p>This trigger has settings that cannot be used: Output must[^]*<b>held<.b>/,
		);
	});

	it('says that other processes may know more, until it is sure that there are none', async () => {
		expect(await page()).toContain('If n8n runs in queue mode');
		begunHere('webhook').beginHere = true;
		expect(await page()).not.toContain('queue mode');
	});

	it('shows nothing at the Production URL, which anybody may open, nor to a program', async () => {
		await deliver(wrong);
		const elsewhere = await page({ mode: 'webhook' });
		expect(elsewhere).toContain('<h1>No example call</h1>');
		expect(elsewhere).not.toMatch(/What came|rejected/);
		const program = contextOf({ webhookName: 'setup', mode: 'manual', headers: { accept: 'application/json' } });
		const { webhookResponse } = await receive(program.context, callScaler, settingsOf);
		expect(Object.keys(Object(webhookResponse))).toEqual(['success', 'status', 'message', 'request_id']);
		expect(JSON.stringify(webhookResponse)).not.toContain('rejected');
	});

	it('shows nothing that a call brought, no secret and no address', async () => {
		const hostile = '<script>alert(1)</script>';
		const rows = [{ field: 'city', operator: 'equals', value: 'Pune' }];
		await deliver({ body: { ...call, city: hostile }, parameters: { conditions: { rows } } });
		await deliver({ ...filters({ sources: ['Google'] }), body: { ...call, source: hostile } });
		await deliver(filters({ trackingNumbers: ['+15735550199'] }));
		await deliver({
			body: { ...call, duration_seconds: hostile },
			parameters: { options: { onInvalidFields: 'reject' } },
		});
		(await deliver()).response.end();
		await deliver();
		await deliver(wrong);
		const shown = await page();
		expect(shown.match(/<b>\w+<.b>/g)).toHaveLength(7);
		expect(shown).toContain('a condition on city does not hold (equals). To have');
		expect(shown).toContain('duration_seconds (expected');
		for (const brought of [SECRET, 'mistyped', 'script', '15735550', 'of-one-caller', '127.0.0.1', ' 12 '])
			expect(shown).not.toContain(brought);
	});

	it('shows as text what looks like HTML', async () => {
		const rows = [{ field: `<img src=x>"&'`, operator: 'equals', value: 'Pune' }];
		await deliver({ parameters: { conditions: { rows } } });
		await deliver({ body: { ...call, event: '<b>boo</b>' } });
		const shown = await page();
		expect(shown).toContain('a condition on &lt;img src=x&gt;&quot;&amp;&#39; does not hold');
		expect(shown).toContain('Trigger On does not include &lt;b&gt;boo&lt;/b&gt;');
		expect(shown).not.toMatch(/<img|<b>boo/);
	});
});
