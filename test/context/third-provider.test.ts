import type {
	IExecuteFunctions,
	INode,
	INodeProperties,
	INodeType,
	ITriggerFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { z } from 'zod/v4';

import { List, ownCore, rememberIn, Trigger } from '../../host/core';
import { executeCatchUp } from '../../nodes/catch-up/execute';
import { startCatchingUp } from '../../nodes/catch-up/start';
import { watchForSilence } from '../../nodes/delivery/alert';
import { runBeside } from '../../nodes/n8n/beside-webhook';
import { emit } from '../../nodes/delivery/emit';
import { handOverAgain } from '../../nodes/delivery/hand-over-again';
import { receive } from '../../nodes/delivery/receive';
import { settingsReader } from '../../nodes/delivery/settings-reader';
import { panelOf } from '../../nodes/editor/panel-layout';
import {
	authenticationParameters,
	conditionsParameter,
	dedupeFieldParameter,
	deduplicateByParameter,
	deduplicateParameter,
	optionsParameter,
	outputParameter,
	respondParameter,
} from '../../nodes/editor/parameters';
import { byHand, sampleWebhook } from '../../nodes/editor/webhooks';
import { boolean, number, text, undocumented } from '../../nodes/provider/field-types';
import { atLeast, oneOfList } from '../../nodes/provider/filters';
import { keyFrom } from '../../nodes/provider/keys';
import type { Provider } from '../../nodes/provider/provider';
import { UNIFIED_KEYS } from '../../nodes/provider/unified';

/**
 * A provider that exists nowhere, made as docs/contributing/third-provider.md tells: a schema, filters, keys and texts. The common code is the
 * one of the other two.
 */
const schema = z
	.object({ ref: text(), from: text(), secs: number(), sold: boolean(), team: text(), rec: text() })
	.catchall(undocumented);
type BellCall = z.infer<typeof schema>;

/** A filter is known to n8n by its parameter: what is not declared here never reaches the node. */
const filtersParameter: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	default: {},
	options: [
		{ displayName: 'Minimum Duration', name: 'minDuration', type: 'number', default: 30 },
		{ displayName: 'Teams', name: 'teams', type: 'string', typeOptions: { multipleValues: true }, default: [] },
	],
};

const parameters: INodeProperties[] = [
	...authenticationParameters,
	{
		displayName: 'Trigger On',
		name: 'triggerOn',
		type: 'options',
		options: [{ name: 'Rung', value: 'rung' }],
		default: 'rung',
	},
	outputParameter,
	filtersParameter,
	conditionsParameter({ field: 'team', value: 'North' }),
	deduplicateParameter,
	deduplicateByParameter([{ name: 'Reference', value: 'ref' }], 'ref'),
	dedupeFieldParameter,
	respondParameter,
	optionsParameter(),
];

const bell: Provider<BellCall> = {
	name: 'bell',
	title: 'Bell',
	transports: ['json', 'query'],
	credential: { type: 'bellWebhookApi', whereHeaderIsSet: 'in Bell under Settings > Webhooks' },
	schema,
	fieldNames: ['ref', 'from', 'secs', 'sold', 'team', 'rec'],
	parameters,
	filters: [
		atLeast({ parameter: 'minDuration', fields: ['secs'] }, ' seconds'),
		oneOfList({ parameter: 'teams', fields: ['team'] }),
	],
	keys: { ref: (call) => keyFrom(call, 'ref') },
	simplified: ['ref', 'from', 'secs'],
	unified: {
		call_id: { from: ['ref'] },
		event: { from: [], value: () => 'call.completed' },
		duration_seconds: { from: ['secs'] },
		caller_phone: { from: ['from'] },
		qualified: { from: ['sold'] },
		recording_url: { from: ['rec'] },
	},
	sample: () => ({ ref: 'B-1', from: '+4930123456', secs: 61, sold: true, team: 'North', rec: null }),
};

const settingsOf = settingsReader(bell);

class BellTrigger implements INodeType {
	description: INodeType['description'] = {
		displayName: 'Bell Trigger',
		name: 'bellTrigger',
		group: ['trigger'],
		version: 2,
		description: 'Starts the workflow after each Bell call',
		defaults: { name: 'Bell Trigger' },
		triggerPanel: panelOf({
			title: 'Bell',
			ending: '/bell',
			setup: (pasteUrl) => ['Open <b>Settings > Webhooks</b>.', pasteUrl],
			test: 'click <b>Ring</b>.',
			afterFailure: 'Bell rings twice.',
			nothingArrives: 'Look at the bell.',
		}),
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'bellWebhookApi', required: true }],
		webhooks: [
			{ name: 'default', httpMethod: 'POST', path: 'bell' },
			{ ...sampleWebhook, path: 'bell/sample' },
		],
		properties: parameters,
	};

	webhookMethods = { default: byHand, setup: byHand };

	async webhook(this: IWebhookFunctions) {
		return await receive(this, bell, settingsOf);
	}

	async trigger(this: ITriggerFunctions) {
		const deliveries = [handOverAgain(this), watchForSilence(this)];
		return runBeside(this, ...deliveries, await startCatchingUp(this, bell, settingsOf));
	}

	async execute(this: IExecuteFunctions) {
		return (await executeCatchUp(this)) ?? (await emit(this, bell, settingsOf));
	}
}

const SECRET = 'correct-horse-battery-staple';
const CALL = { ref: 'B-7', from: '+4930987654', secs: '75', sold: 'yes', team: 'Süd', rec: '', mood: 'sunny' };

function trigger(parameters: INode['parameters'] = {}, webhookName?: 'setup', mode?: 'manual'): Trigger {
	const credential = { headerName: 'X-Bell', secret: SECRET, previousSecret: '' };
	return new Trigger({ nodeType: new BellTrigger(), parameters, credential, webhookName, mode });
}

const withSecret = { headers: { 'X-Bell': SECRET }, json: CALL };

async function handedOver(of: Trigger, delivery: Parameters<Trigger['receive']>[0]) {
	const { answered, result } = await of.receive(delivery);
	expect(answered).toBeUndefined();
	return result.workflowData?.[0]?.[0]?.json.postCall;
}

const list = new List();

beforeAll(async () => await rememberIn(ownCore(), () => list));

describe('a third provider is data', () => {
	test('its call is typed by its schema', async () => {
		expect(await handedOver(trigger(), withSecret)).toMatchObject({
			outlet: 'calls',
			item: { ref: 'B-7', from: '+4930987654', secs: 75, sold: true, team: 'Süd', rec: null, mood: 'sunny' },
		});
	});

	test('its query string is read too', async () => {
		const query = { headers: withSecret.headers, query: { ref: 'B-8', secs: '12' } };
		expect(await handedOver(trigger(), query)).toMatchObject({ item: { ref: 'B-8', secs: 12 } });
	});

	test('nobody without its secret gets in, and the answer speaks of it', async () => {
		const { answered } = await trigger().receive({ json: CALL });
		expect(answered?.status).toBe(401);
		expect(answered?.body.message).toContain('X-Bell');
		expect(answered?.body.message).toContain('in Bell under Settings > Webhooks');
	});

	test.each([
		['Minimum Duration', { minDuration: 90 }],
		['Teams', { teams: ['Nord'] }],
	])('its filter %s excludes a call', async (label, filters) => {
		const { answered } = await trigger({ filters }).receive(withSecret);
		expect(answered).toMatchObject({ status: 200, body: { status: 'ignored' } });
		expect(answered?.body.message).toContain(`the filter ${label} excludes it`);
	});

	test('a filter compares without case and accents', async () => {
		expect(await handedOver(trigger({ filters: { teams: ['SUD'] } }), withSecret)).toMatchObject({ outlet: 'calls' });
	});

	test('the unified output has the keys of the others, and the rest in custom', async () => {
		const postCall = await handedOver(trigger({ output: 'unified' }), withSecret);
		const item = z.object({ item: z.record(z.string(), z.unknown()) }).parse(postCall).item;
		expect(Object.keys(item)).toEqual([...UNIFIED_KEYS]);
		expect(item).toMatchObject({
			provider: 'bell',
			call_id: 'B-7',
			duration_seconds: 75,
			qualified: true,
			custom: { team: 'Süd', mood: 'sunny' },
		});
	});

	test('its key tells a delivery again from another call', async () => {
		const one = z.object({ byKey: z.object({ key: z.string() }) }).parse(await handedOver(trigger(), withSecret))
			.byKey.key;
		const again = { ...withSecret, json: { ...CALL, mood: 'grey' } };
		const other = { ...withSecret, json: { ...CALL, ref: 'B-9' } };
		expect(await handedOver(trigger(), again)).toMatchObject({ byKey: { key: one } });
		expect(await handedOver(trigger(), other)).not.toMatchObject({ byKey: { key: one } });
	});

	test('its sample is there while n8n listens, and nowhere else', async () => {
		const listening = await trigger({}, 'setup', 'manual').receive({ method: 'GET' });
		expect(listening.result.workflowData?.[0]?.[0]?.json.postCall).toMatchObject({ item: { ref: 'B-1', secs: 61 } });
		const { answered, result } = await trigger({}, 'setup').receive({ method: 'GET' });
		expect(answered).toMatchObject({ status: 404, body: { success: false, status: 'rejected' } });
		expect(result.workflowData).toBeUndefined();
	});

	test('its second half gives the item to the workflow, once', async () => {
		const node = trigger();
		const { result } = await node.receive(withSecret);
		const items = result.workflowData?.[0] ?? [];
		expect((await node.execute(items, '1')).output).toMatchObject([[{ json: { ref: 'B-7', secs: 75 } }]]);
		expect((await node.execute(items, '2')).output).toEqual([[]]);
	});

	test('its panel speaks of it', () => {
		const panel = new BellTrigger().description.triggerPanel;
		expect(panel).toMatchObject({ header: 'Get calls from Bell' });
		expect(JSON.stringify(panel)).toContain('click <b>Ring</b>.');
	});
});
