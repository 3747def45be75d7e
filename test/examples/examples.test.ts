import { readFileSync } from 'node:fs';
import { z } from 'zod';

import { callScalerTrigger, node, type StoredWorkflow, workflowOf, type WorkflowNode } from '../../host';
import { soundOf } from '../../host/simulators';
import { waitUntil } from '../../lib/wait-until';
import postCall from '../../host/simulators/payloads/callscaler-post-call.json';
import endOfCall from '../../host/simulators/payloads/qcall-end-of-call.json';
import { exampleFiles, readExample } from './example';
import { HUBSPOT_CONTACT } from './outside/services';
import { readBySlack } from './outside/slack-text';
import { type Call, Scene } from './scene';

const QCALL: Call = endOfCall;
const CALLSCALER: Call = postCall;
const MISSED = {
	event: 'call.missed',
	status: 'no-answer',
	duration_seconds: 0,
	destination_number: null,
	recording_url: null,
	recording_duration: null,
	transcription: null,
	summary: null,
	ai_score: null,
	ai_category: null,
	qualified_ai: null,
	qualification_reason: null,
	value_cents: null,
	ai_processed: false,
};

const ERROR_TRIGGER = 'n8n-nodes-base.errorTrigger';

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

/** Every text in a value, at any depth. */
function textsIn(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** What a person would read holds no trace of a field that was not there. */
function expectWellFormed(): void {
	expect(scene.world.requests()).not.toEqual([]);
	for (const request of scene.world.requests()) {
		for (const text of textsIn(request)) expect(text).not.toMatch(/\b(undefined|null|NaN)\b/);
	}
}

function pinned(file: string, trigger: string): unknown {
	return readExample(file).pinData[trigger]?.map(({ json }) => json);
}

test('every example has a test here', () => {
	const tested = readFileSync(__filename, 'utf8');
	for (const file of exampleFiles()) expect(tested).toContain(`'${file}'`);
	expect(exampleFiles().length).toBeGreaterThanOrEqual(8);
});

test.each(exampleFiles())(
	'%s: a note, pinned data for each trigger, and URLs of its own for each import',
	async (file) => {
		const { nodes, pinData } = readExample(file);
		const notes = nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote');
		expect(notes.map(({ parameters }) => parameters.content)).toEqual([
			expect.stringContaining('Change before you publish'),
		]);
		const triggers = nodes.filter(({ type }) => type.endsWith('Trigger'));
		expect(Object.keys(pinData)).toEqual(triggers.map(({ name: trigger }) => trigger));

		const { name, connections, settings } = readExample(file);
		const imported = [1, 2].map(async () => await scene.n8n.workflows.create({ name, nodes, connections, settings }));
		const [first, second] = await Promise.all(imported);
		for (const { type, name: trigger } of triggers) {
			if (type === ERROR_TRIGGER) continue;
			expect(scene.n8n.productionUrl(first ?? { nodes: [] }, trigger)).not.toBe(
				scene.n8n.productionUrl(second ?? { nodes: [] }, trigger),
			);
		}
	},
);

/** What a note names of n8n's own windows, and of other products'. */
const NAMED_ELSEWHERE = [
	// Of n8n's editor, which draws the columns itself.
	...['Mapping Column Mode', 'Map Automatically'],
	...[
		'Execute workflow',
		'Unpin output data?',
		'Unpin and test',
		'Settings',
		'Error Workflow',
		'Activate',
		'Deactivate',
		'S3',
	],
	...['When will this node trigger my flow?', 'Test URL', 'Production URL'],
	...[
		'Wait for AI processing',
		'Body Parameters',
		'Trigger on Call End',
		'Enable Trigger',
		'Enable Body',
		'Description',
	],
	...['Data manager', 'Geo permissions'],
	...['chat:write', 'crm.objects.contacts.read', 'crm.objects.contacts.write'],
];

/** Every text in a value and every name of a key, at any depth. */
function namesIn(value: unknown): string[] {
	if (typeof value !== 'object' || value === null) return typeof value === 'string' ? [value] : [];
	return Object.entries(value).flatMap(([key, each]) => [key, ...namesIn(each)]);
}

test.each(exampleFiles())('%s: what its note names is there', async (file) => {
	const { nodes, pinData } = readExample(file);
	const [note, ...rest] = [...nodes].sort(({ type }) => (type.endsWith('stickyNote') ? -1 : 1));
	const nodeInfos = rest.map(({ type: name, typeVersion: version }) => ({ name, version }));
	const types = await scene.n8n.request('POST', '/rest/node-types', { nodeInfos });
	const credentials = ['CallScaler API'];
	const known = new Set([...namesIn([types, rest, pinData]), ...credentials, ...NAMED_ELSEWHERE]);
	const content = String(note?.parameters.content).replace(/`[^`]*`/g, '');
	const emphasized = [...content.matchAll(/(\*{1,2})([^*\n]+)\1/g)].map(([, , words = '']) => words);
	const names = emphasized.flatMap((words) => (known.has(words) ? [] : words.split(/, |: /)));
	const plain = ['Change before you publish', 'Both triggers', 'Both HubSpot nodes', 'Tick', 'off'];
	const isKeyOfBody = (name: string) => String(rest.map(({ parameters }) => parameters.jsonBody)).includes(`${name}:`);
	expect(names.filter((name) => !known.has(name) && !plain.includes(name) && !isKeyOfBody(name))).toEqual([]);
});

describe('qcall-to-google-sheets.json', () => {
	test('an empty sheet gets its columns and a row', async () => {
		const workflow = await scene.publish('qcall-to-google-sheets.json');
		const { items } = await scene.run(workflow, 'QCall Trigger', QCALL);
		expect(items).toEqual(pinned('qcall-to-google-sheets.json', 'QCall Trigger'));
		expect(scene.sheetRows()).toEqual([
			{ mode: 'RAW', cells: Object.keys(items[0] ?? {}) },
			{ mode: 'RAW', cells: Object.values(items[0] ?? {}) },
		]);
		expect(items[0]).toMatchObject({ phone_number: '+919876543210', call_outcome: 'Order Placed' });
	});
});

describe('callscaler-to-google-sheets.json', () => {
	test('an empty sheet gets the columns of Row, and a row', async () => {
		const file = 'callscaler-to-google-sheets.json';
		const { items } = await scene.run(await scene.publish(file), 'CallScaler Trigger', CALLSCALER);
		expect(items).toEqual(pinned(file, 'CallScaler Trigger'));
		const [columns, row, ...more] = scene.sheetRows();
		expect(more).toEqual([]);
		const names =
			'Time, Event, Caller, Tracking number, Call flow, Seconds, Source, Campaign, Google click ID, AI category, AI score, Summary, Recording';
		expect(columns).toEqual({ mode: 'RAW', cells: names.split(', ') });
		expect(row).toEqual({
			mode: 'RAW',
			cells: [
				'2026-03-30T14:30:00Z',
				'call.completed',
				'+13055559876',
				'+15735551234',
				'Google Ads',
				145,
				'google',
				'hvac-tampa',
				'abc123def456',
				'lead',
				85,
				'Homeowner requesting HVAC quote for new installation.',
				'https://callscaler.com/api/v1/audio/abc123.mp3',
			],
		});
	});
});

describe('qcall-to-hubspot.json', () => {
	let workflow: StoredWorkflow;

	test('the contact is made or updated, with the call on its timeline', async () => {
		workflow = await scene.publish('qcall-to-hubspot.json');
		const { items } = await scene.run(workflow, 'QCall Trigger', QCALL);
		expect(items).toEqual(pinned('qcall-to-hubspot.json', 'QCall Trigger'));
		const [contact] = scene.world.to('api.hubapi.com', 'POST', '/contacts/');
		expect(contact).toMatchObject({
			path: '/contacts/v1/contact/createOrUpdate/email/kapil@example.com',
			body: {
				properties: [
					{ property: 'firstname', value: 'Kapil' },
					{ property: 'lastname', value: 'Karda' },
					{ property: 'phone', value: '+919876543210' },
				],
			},
		});
		const [engagement] = scene.world.to('api.hubapi.com', 'POST', '/engagements/v1/engagements');
		expect(engagement?.body).toEqual({
			engagement: { type: 'CALL' },
			metadata: {
				fromNumber: '+919876543210',
				status: 'COMPLETED',
				durationMilliseconds: 184_000,
				recordingUrl: 'https://cdn.qcall.ai/recordings/cs_abc123.mp3',
				body: `Order Placed: ${String(QCALL.call_summary)}`,
			},
			associations: { contactIds: [String(HUBSPOT_CONTACT)] },
		});
	});

	test('a call with little in it', async () => {
		await scene.run(workflow, 'QCall Trigger', { email_address: 'a@example.com', phone_number: '' });
		expectWellFormed();
	});

	test('a call without an email is ignored', async () => {
		const answer = await scene.deliver(workflow, 'QCall Trigger', {
			...QCALL,
			email_address: '',
			recording_url: 'other',
		});
		expect(answer.json).toMatchObject({ status: 'ignored' });
		expect(scene.world.requests()).toEqual([]);
	});
});

describe('qcall-to-slack.json', () => {
	let workflow: StoredWorkflow;

	test('an order is told', async () => {
		workflow = await scene.publish('qcall-to-slack.json');
		const { items } = await scene.run(workflow, 'QCall Trigger', QCALL);
		expect(items).toEqual(pinned('qcall-to-slack.json', 'QCall Trigger'));
		const [message] = scene.world.to('slack.com', 'POST', '/api/chat.postMessage');
		expect(message?.body).toMatchObject({
			channel: '#orders',
			text: [
				'New order by phone ORD-2026-00123',
				'Kapil Karda (+919876543210) ordered 2 x Premium Wireless Earbuds for 3998',
				QCALL.call_summary,
			].join('\n'),
		});
	});

	test('an order with little in it', async () => {
		await scene.run(workflow, 'QCall Trigger', { call_outcome: 'order placed' });
		expectWellFormed();
	});

	test('another outcome is ignored', async () => {
		const answer = await scene.deliver(workflow, 'QCall Trigger', { ...QCALL, call_outcome: 'Not Interested' });
		expect(answer.json).toMatchObject({ status: 'ignored' });
	});
});

describe('callscaler-to-slack.json', () => {
	let workflow: StoredWorkflow;

	test('a qualified lead is told', async () => {
		workflow = await scene.publish('callscaler-to-slack.json');
		const { items } = await scene.run(workflow, 'CallScaler Trigger', CALLSCALER);
		expect(items).toEqual(pinned('callscaler-to-slack.json', 'CallScaler Trigger'));
		const [message] = scene.world.to('slack.com', 'POST', '/api/chat.postMessage');
		expect(message?.body).toMatchObject({
			channel: '#leads',
			text: [
				'New lead from google +13055559876',
				'Score 85, 2 min on Google Ads',
				CALLSCALER.summary,
				CALLSCALER.recording_url,
			].join('\n'),
		});
	});

	test('a qualified lead with little in it', async () => {
		await scene.run(workflow, 'CallScaler Trigger', { event: 'call.completed', call_id: 'sparse', qualified_ai: true });
		expectWellFormed();
	});

	test.each([
		['not qualified', { qualified_ai: false }],
		['not analyzed yet', { qualified_ai: null, ai_processed: false }],
		['missed', { event: 'call.missed' }],
	])('a call that is %s is ignored', async (what, change) => {
		const answer = await scene.deliver(workflow, 'CallScaler Trigger', { ...CALLSCALER, call_id: what, ...change });
		expect(answer.json).toMatchObject({ status: 'ignored' });
		expect(scene.world.requests()).toEqual([]);
	});
});

describe('callscaler-to-crm-over-http.json', () => {
	let workflow: StoredWorkflow;

	test('a lead is created', async () => {
		workflow = await scene.publish('callscaler-to-crm-over-http.json');
		const { items } = await scene.run(workflow, 'CallScaler Trigger', CALLSCALER);
		expect(items).toEqual(pinned('callscaler-to-crm-over-http.json', 'CallScaler Trigger'));
		expect(scene.world.requests()).toEqual([
			{
				host: 'your-crm.example',
				method: 'POST',
				path: '/api/leads',
				authorization: 'Bearer api-key',
				body: {
					external_id: CALLSCALER.call_id,
					phone: '+13055559876',
					received_at: '2026-03-30T14:30:00Z',
					qualified: true,
					score: 85,
					notes: CALLSCALER.summary,
					recording: CALLSCALER.recording_url,
					value: 50,
					attribution: {
						source: 'google',
						medium: 'cpc',
						campaign: 'hvac-tampa',
						term: 'ac repair near me',
						gclid: 'abc123def456',
						landing_page: 'https://yoursite.com/hvac',
					},
				},
			},
		]);
	});

	test('a call before the AI has seen it', async () => {
		const sparse = { event: 'call.voicemail', call_id: 'sparse', duration_seconds: 25 };
		await scene.run(workflow, 'CallScaler Trigger', sparse);
		expect(scene.world.requests()[0]?.body).toMatchObject({ external_id: 'sparse', notes: null, value: null });
		expectWellFormed();
	});
});

describe('both-to-one-crm.json', () => {
	test('both providers reach the CRM with the same keys', async () => {
		const workflow = await scene.publish('both-to-one-crm.json');
		const qCall = await scene.run(workflow, 'QCall Trigger', QCALL);
		const callScaler = await scene.run(workflow, 'CallScaler Trigger', CALLSCALER);
		// Of the delivery only its names are the same each time.
		const withoutValues = (items: unknown) =>
			JSON.parse(JSON.stringify(items), (key, value) => (key === 'delivery' ? Object.keys(value) : value));
		for (const [trigger, { items }] of Object.entries({ 'QCall Trigger': qCall, 'CallScaler Trigger': callScaler }))
			expect(withoutValues(items)).toEqual(withoutValues(pinned('both-to-one-crm.json', trigger)));
		const bodies = scene.world.to('your-crm.example', 'POST', '/api/calls').map(({ body }) => body);
		expect(bodies).toEqual([
			{
				channel: 'qcall',
				external_id: expect.stringMatching(/^[\da-f-]{36}$/),
				order: 'ORD-2026-00123',
				contact: { name: 'Kapil Karda', phone: '+919876543210', email: 'kapil@example.com' },
				started_at: '2026-04-24',
				seconds: 184,
				result: 'Order Placed',
				notes: QCALL.call_summary,
				recording: QCALL.recording_url,
				value: 3998,
				source: null,
				campaign: null,
			},
			{
				channel: 'callscaler',
				external_id: CALLSCALER.call_id,
				order: null,
				contact: { name: null, phone: '+13055559876', email: null },
				started_at: '2026-03-30T14:30:00Z',
				seconds: 145,
				result: 'lead',
				notes: CALLSCALER.summary,
				recording: CALLSCALER.recording_url,
				value: 50,
				source: 'google',
				campaign: 'hvac-tampa',
			},
		]);
	});

	test('each call has an ID of its own: of two about one order, of two with one made-up ID, of one that tells nothing', async () => {
		const workflow = await scene.publish('both-to-one-crm.json');
		const ofOneOrder = ['+919876500001', '+919876500002'].map((phone_number) => ({ ...QCALL, phone_number }));
		for (const call of [...ofOneOrder, ...ofOneOrder.map((each) => ({ ...each, call_id: '12345' })), {}])
			await scene.run(workflow, 'QCall Trigger', call);
		await scene.run(workflow, 'CallScaler Trigger', { ...CALLSCALER, call_id: null });
		const ids = scene.world.to('your-crm.example', 'POST', '/').map(({ body }) => Object(body).external_id);
		expect(ids).toEqual(Array.from({ length: 6 }, () => expect.stringMatching(/^[\da-f-]{36}$/)));
		expect(new Set(ids).size).toBe(6);
	});

	test('a call keeps its ID when its execution is retried', async () => {
		const workflow = await scene.publish('both-to-one-crm.json', (node) =>
			node.name === 'Log the call' ? { ...node, retryOnFail: false } : node,
		);
		scene.crm.refuses = true;
		await scene.deliver(workflow, 'QCall Trigger', QCALL);
		const [failed] = await scene.n8n.executions.settled(workflow.id, 1);
		scene.crm.refuses = false;
		await scene.n8n.executions.retry(failed?.id ?? '', workflow.id);
		const ids = scene.world.to('your-crm.example', 'POST', '/').map(({ body }) => Object(body).external_id);
		expect(ids).toHaveLength(2);
		expect(ids[0]).toBe(ids[1]);
	});
});

describe('callscaler-leads-and-missed-calls.json', () => {
	const FILE = 'callscaler-leads-and-missed-calls.json';
	const TEXTS = ['api.twilio.com', 'POST', '/2010-04-01/Accounts/AC1/Messages.json'] as const;
	const POSTS = ['slack.com', 'POST', '/api/chat.postMessage'] as const;
	let workflow: StoredWorkflow;
	let calls = 0;

	/** A call of its own. */
	const run = async (change: Call) =>
		await scene.run(workflow, 'CallScaler Trigger', { ...CALLSCALER, call_id: `call ${++calls}`, ...change });

	beforeAll(async () => {
		workflow = await scene.publish(FILE);
	});

	test('each qualified lead is told, a second one of the same caller too', async () => {
		const { items } = await run({ call_id: CALLSCALER.call_id });
		expect(items).toEqual(pinned(FILE, 'CallScaler Trigger'));
		await run({ summary: 'Wants the quote for two units.' });
		const texts = scene.world.to(...POSTS).map(({ body }) => Object(body).text);
		expect(texts).toEqual([
			expect.stringContaining(String(CALLSCALER.summary)),
			expect.stringContaining('Wants the quote for two units.'),
		]);
		expect(scene.world.to(...TEXTS)).toEqual([]);
		const again = await scene.deliver(workflow, 'CallScaler Trigger', { ...CALLSCALER, attempt: 2 });
		expect(again.json).toMatchObject({ status: 'duplicate' });
	});

	test('a missed call is answered by one text message a day for each number, and a lead of that number is told', async () => {
		await run(MISSED);
		await run(MISSED);
		await run({ ...MISSED, caller_number: '+13055550000' });
		await run({});
		expect(scene.world.to(...TEXTS).map(({ body }) => body)).toMatchObject([
			{ From: '+15550100000', To: '+13055559876', Body: expect.stringContaining('Sorry we missed your call') },
			{ To: '+13055550000' },
		]);
		expect(scene.world.to(...POSTS)).toHaveLength(1);
	});

	test.each<[string, Call]>([
		['answered and not qualified', { qualified_ai: false }],
		['answered and not judged', { qualified_ai: null, ai_processed: false }],
		['missed, from another country', { ...MISSED, caller_number: '+447700900123' }],
		['missed, without a number', { ...MISSED, caller_number: null }],
		['missed, from what is no number', { ...MISSED, caller_number: '+1 anonymous' }],
		['missed, of the business itself', { ...MISSED, caller_number: '+13055550001', direction: 'outbound' }],
	])('a call that was %s makes neither', async (_what, change) => {
		await run(change);
		expect(scene.world.requests()).toEqual([]);
	});
});

describe('callscaler-recording-to-google-drive.json', () => {
	const FILE = 'callscaler-recording-to-google-drive.json';
	let workflow: StoredWorkflow;

	beforeAll(async () => {
		workflow = await scene.publish(FILE);
	});

	test("the recording is fetched with this package's credential, and saved as a file", async () => {
		scene.callScaler.business.call({ id: 'uuid', name: 'Google Ads' }, CALLSCALER);
		const { items } = await scene.run(workflow, 'CallScaler Trigger', CALLSCALER);
		expect(items).toEqual(pinned(FILE, 'CallScaler Trigger'));
		expect(scene.world.to('callscaler.com', 'GET', '/')).toEqual([
			expect.objectContaining({
				path: `/api/v1/calls/${CALLSCALER.call_id}/recording`,
				authorization: `Bearer ${scene.callScaler.apiKey}`,
			}),
		]);
		const [sent] = scene.world.to('www.googleapis.com', 'PUT', '/upload/drive/');
		// n8n says that its bytes are a form.
		expect(JSON.stringify(sent?.body)).toContain(soundOf(CALLSCALER.call_id).toString());
		const [named] = scene.world.to('www.googleapis.com', 'PATCH', '/drive/v3/files/drive-1');
		expect(named?.body).toMatchObject({ name: '2026-03-30 14.30 +13055559876 Google Ads.mp3' });
		const others = scene.world.requests().filter(({ host }) => host !== 'callscaler.com');
		expect(JSON.stringify(others)).not.toContain(scene.callScaler.apiKey);
	});

	test('a call without a recording is ignored', async () => {
		const call = { ...CALLSCALER, call_id: 'silent', recording_url: null };
		const answer = await scene.deliver(workflow, 'CallScaler Trigger', call);
		expect(answer.json).toMatchObject({ status: 'ignored' });
	});

	test('the key goes to no other host than that of the credential', async () => {
		const elsewhere = await scene.publish(FILE, (node) =>
			node.name === 'Fetch the recording'
				? { ...node, retryOnFail: false, parameters: { ...node.parameters, url: 'https://your-crm.example/api' } }
				: node,
		);
		await scene.deliver(elsewhere, 'CallScaler Trigger', CALLSCALER);
		const [execution] = await scene.n8n.executions.settled(elsewhere.id, 1);
		const { status, error } = await scene.n8n.executions.get(execution?.id ?? '');
		expect(status).toBe('error');
		expect(JSON.stringify(error)).toContain(
			'The API key of CallScaler goes to https://callscaler.com and nowhere else',
		);
		expect(scene.world.requests()).toEqual([]);
	});
});

describe('callscaler-to-google-ads.json', () => {
	const FILE = 'callscaler-to-google-ads.json';
	let workflow: StoredWorkflow;

	test('a qualified call that an ad brought is a row as Google Ads reads it', async () => {
		workflow = await scene.publish(FILE);
		const { items } = await scene.run(workflow, 'CallScaler Trigger', CALLSCALER);
		expect(items).toEqual(pinned(FILE, 'CallScaler Trigger'));
		const names = 'Google Click ID, Conversion Name, Conversion Time, Conversion Value, Conversion Currency';
		expect(scene.sheetRows()).toEqual([
			{ mode: 'RAW', cells: names.split(', ') },
			{ mode: 'RAW', cells: ['abc123def456', 'Qualified call', '2026-03-30 14:30:00+0000', 50, 'USD'] },
		]);
	});

	test('a call with little in it, whose time has no zone', async () => {
		const sparse = { event: 'call.completed', call_id: 'sparse', qualified_ai: true, gclid: 'click' };
		await scene.run(workflow, 'CallScaler Trigger', { ...sparse, created_at: '2026-03-30T14:30:00' });
		const [, row] = scene.sheetRows();
		expect(row?.cells).toEqual(['click', 'Qualified call', '2026-03-30 14:30:00+0000', '', 'USD']);
	});

	test.each<[string, Call]>([
		['not qualified', { qualified_ai: false }],
		['not analyzed yet', { qualified_ai: null, ai_processed: false }],
		['not from an ad', { gclid: null }],
	])('a call that is %s is ignored', async (what, change) => {
		const answer = await scene.deliver(workflow, 'CallScaler Trigger', { ...CALLSCALER, call_id: what, ...change });
		expect(answer.json).toMatchObject({ status: 'ignored' });
		expect(scene.world.requests()).toEqual([]);
	});
});

describe('alerts-to-slack-or-email.json', () => {
	const FILE = 'alerts-to-slack-or-email.json';

	/** Publishes the workflow of calls with this one as its Error Workflow, and provokes an alert. */
	async function alertTo(errorWorkflow: StoredWorkflow): Promise<StoredWorkflow> {
		const workflow = await scene.publish('callscaler-to-slack.json');
		const settings = { ...workflow.settings, errorWorkflow: errorWorkflow.id };
		await scene.n8n.workflows.update(workflow.id, { settings });
		for (let time = 0; time < 3; time++) {
			const answer = await scene.deliver(workflow, 'CallScaler Trigger', CALLSCALER, 'mistyped');
			expect(answer.status).toBe(401);
		}
		return workflow;
	}

	const SAYS = [
		/^Qualified CallScaler leads to Slack: 3 call deliveries were refused since \d\d:\d\d \(.+\), because the header X-Webhook-Secret holds another secret than n8n's credential$/,
		/Enter the same secret in both: /,
	];

	test('Slack is told what happened, what to do, and where to look', async () => {
		const alerts = await scene.publish(FILE);
		const workflow = await alertTo(alerts);
		const { body } = await scene.world.waitFor('slack.com', 'POST', '/api/chat.postMessage');
		const { parsed, lines } = readBySlack(body);
		expect({ parsed, channel: Object(body).channel }).toEqual({ parsed: [], channel: '#alerts' });
		const [execution] = await scene.n8n.executions.settled(workflow.id, 1);
		expect(lines).toEqual([
			...SAYS.map((words) => expect.stringMatching(words)),
			expect.stringMatching(new RegExp(`^https?://.*/workflow/${workflow.id}/executions/${execution?.id}$`)),
		]);
		const [told] = await scene.n8n.executions.settled(alerts.id, 1);
		const [item] = (await scene.n8n.executions.get(told?.id ?? '')).items('Error Trigger');
		const [{ execution: example, workflow: named }] = z
			.tuple([z.object({ execution: z.object({ error: z.object({}) }).passthrough(), workflow: z.object({}) })])
			.parse(pinned(FILE, 'Error Trigger'));
		// The pinned alert is such an alert, in part.
		expect(item).toMatchObject({ workflow: anyOf(named), execution: anyOf(example) });
		expect(item).toMatchObject({ execution: { error: anyOf(example.error) } });
	});

	test('or a mail is sent, when that is activated in place of Slack', async () => {
		const byMail = (node: WorkflowNode) => ({ ...node, disabled: node.name === 'Tell the team' });
		const alerts = await scene.publish(FILE, byMail);
		await alertTo(alerts);
		const mail = await waitUntil('a mail was sent', () => scene.mailServer.mails.at(-1));
		// Long lines of a mail are broken.
		const text = mail.replace(/=\r\n/g, '').replace(/\r\n /g, ' ');
		expect(text).toMatch(/^Subject: Qualified CallScaler leads to Slack: 3 call deliveries were refused/m);
		expect(text).toMatch(/^To: you@example\.com\r$/m);
		expect(text).toMatch(/Enter the same secret in both/);
		expect(text).toMatch(/\/executions\/\d+/);
		expect(scene.world.to('slack.com', 'POST', '/')).toEqual([]);
	});

	test('an error of n8n that has no description, or is of a trigger that could not start, is told too', async () => {
		const text = String(readExample(FILE).nodes.find(({ name }) => name === 'Tell the team')?.parameters.text);
		const alerts = await scene.publish(FILE);
		expect(text).toContain('$json.trigger?.error?.message');
		const failing = await scene.n8n.workflows.create({
			...workflowOf(
				callScalerTrigger({ parameters: { authentication: 'none' } }),
				node('n8n-nodes-base.stopAndError', 1, 'Stop', { errorMessage: 'Stopped <!channel>' }),
			),
			settings: { errorWorkflow: alerts.id },
		});
		await scene.n8n.workflows.activate(failing.id);
		await scene.deliver(await scene.n8n.workflows.get(failing.id), 'CallScaler Trigger', CALLSCALER);
		const { body } = await scene.world.waitFor('slack.com', 'POST', '/api/chat.postMessage');
		const { parsed, lines } = readBySlack(body);
		expect(parsed).toEqual([]);
		expect(lines[0]).toMatch(/: Stopped <!channel>$/);
		expect(lines.join('\n')).not.toMatch(/undefined|null/);
	});
});

/** Values of the same types under these keys. */
function anyOf(example: object): object {
	return Object.fromEntries(
		Object.entries(example).map(([key, value]) => [
			key,
			typeof value === 'object' ? expect.anything() : expect.any(Object(value).constructor),
		]),
	);
}

describe('missed-call-to-text-message.json', () => {
	let workflow: StoredWorkflow;

	test('the caller gets one text message', async () => {
		workflow = await scene.publish('missed-call-to-text-message.json');
		const { items } = await scene.run(workflow, 'CallScaler Trigger', { ...CALLSCALER, ...MISSED });
		expect(items).toEqual(pinned('missed-call-to-text-message.json', 'CallScaler Trigger'));
		const again = await scene.deliver(workflow, 'CallScaler Trigger', { ...CALLSCALER, ...MISSED, attempt: 2 });
		expect(again.json).toMatchObject({ status: 'duplicate' });
		const messages = scene.world.to('api.twilio.com', 'POST', '/2010-04-01/Accounts/AC1/Messages.json');
		expect(messages.map(({ body }) => body)).toEqual([
			expect.objectContaining({
				From: '+15550100000',
				To: '+13055559876',
				Body: expect.stringContaining('Sorry we missed your call'),
			}),
		]);
	});

	test.each([
		['that was answered', { event: 'call.completed' }],
		['of the business itself', { ...MISSED, direction: 'outbound' }],
		['without a number', { ...MISSED, caller_number: 'anonymous' }],
	])('a call %s gets none', async (what, change) => {
		const answer = await scene.deliver(workflow, 'CallScaler Trigger', { ...CALLSCALER, call_id: what, ...change });
		expect(answer.json).toMatchObject({ status: 'ignored' });
		expect(scene.world.requests()).toEqual([]);
	});
});

describe('qcall-order-status-during-call.json', () => {
	let workflow: StoredWorkflow;

	test('the voice agent gets what the shop knows', async () => {
		workflow = await scene.publish('qcall-order-status-during-call.json');
		const question = { order_id: 'ORD-2026-00123', phone_number: '+919876543210' };
		const { answer, items } = await scene.run(workflow, 'QCall Trigger', question);
		expect(items).toEqual(pinned('qcall-order-status-during-call.json', 'QCall Trigger'));
		expect(answer.json).toEqual({ order_status: 'shipped', delivery_date: '2026-04-27' });
		expect(scene.world.requests()).toEqual([
			expect.objectContaining({ method: 'GET', path: '/api/orders/ORD-2026-00123', authorization: 'Bearer api-key' }),
		]);
	});

	test('it may ask twice, and learns that an order is not known', async () => {
		for (const order of ['ORD-2026-00123', 'ORD-0', 'ORD-0']) {
			const { answer } = await scene.run(workflow, 'QCall Trigger', { order_id: order });
			expect(answer.json).toEqual(
				order === 'ORD-0' ? { order_status: 'not found' } : { order_status: 'shipped', delivery_date: '2026-04-27' },
			);
		}
		expect(scene.world.to('your-shop.example', 'GET', '/api/orders/ORD-0')).toHaveLength(2);
	});
});
