import { readFileSync } from 'node:fs';

import type { StoredWorkflow } from '../../host';
import postCall from '../../host/simulators/payloads/callscaler-post-call.json';
import endOfCall from '../../host/simulators/payloads/qcall-end-of-call.json';
import { exampleFiles, readExample } from './example';
import { HUBSPOT_CONTACT } from './outside/services';
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
		const triggers = nodes.filter(({ type }) => type.startsWith('n8n-nodes-post-call.')).map(({ name }) => name);
		expect(Object.keys(pinData)).toEqual(triggers);

		const { name, connections, settings } = readExample(file);
		const imported = [1, 2].map(async () => await scene.n8n.workflows.create({ name, nodes, connections, settings }));
		const [first, second] = await Promise.all(imported);
		for (const trigger of triggers) {
			expect(scene.n8n.productionUrl(first ?? { nodes: [] }, trigger)).not.toBe(
				scene.n8n.productionUrl(second ?? { nodes: [] }, trigger),
			);
		}
	},
);

describe('qcall-to-google-sheets.json', () => {
	test('an empty sheet gets its columns and a row', async () => {
		const workflow = await scene.publish('qcall-to-google-sheets.json');
		const { items } = await scene.run(workflow, 'QCall Trigger', QCALL);
		expect(items).toEqual(pinned('qcall-to-google-sheets.json', 'QCall Trigger'));
		const spreadsheet = '/v4/spreadsheets/put-the-id-of-your-spreadsheet-here/values/';
		const [columns] = scene.world.to('sheets.googleapis.com', 'PUT', spreadsheet);
		expect(columns?.body).toMatchObject({ values: [Object.keys(items[0] ?? {})] });
		const [row, ...more] = scene.world.to('sheets.googleapis.com', 'POST', spreadsheet);
		expect(more).toEqual([]);
		expect(row?.path).toContain(':append?valueInputOption=RAW');
		expect(row?.body).toMatchObject({ values: [Object.values(items[0] ?? {})] });
		expect(items[0]).toMatchObject({ phone_number: '+919876543210', call_outcome: 'Order Placed' });
	});
});

describe('callscaler-to-google-sheets.json', () => {
	test('a row under the columns that the note names', async () => {
		const file = 'callscaler-to-google-sheets.json';
		const note = readExample(file).nodes.find(({ type }) => type.endsWith('stickyNote'))?.parameters.content;
		scene.sheet.firstRow = /first row reads\n\*(.*)\*/.exec(String(note))?.[1]?.split(', ');
		const { items } = await scene.run(await scene.publish(file), 'CallScaler Trigger', CALLSCALER);
		expect(items).toEqual(pinned(file, 'CallScaler Trigger'));
		expect(scene.world.to('sheets.googleapis.com', 'PUT', '/')).toEqual([]);
		const [row] = scene.world.to('sheets.googleapis.com', 'POST', '/v4/spreadsheets/put-the-id');
		expect(row?.body).toMatchObject({
			values: [
				[
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
		expect(qCall.items).toEqual(pinned('both-to-one-crm.json', 'QCall Trigger'));
		expect(callScaler.items).toEqual(pinned('both-to-one-crm.json', 'CallScaler Trigger'));
		const bodies = scene.world.to('your-crm.example', 'POST', '/api/calls').map(({ body }) => body);
		expect(bodies).toEqual([
			{
				channel: 'qcall',
				external_id: 'ORD-2026-00123',
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
});

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
