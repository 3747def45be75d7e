import { randomUUID } from 'node:crypto';
import type { INodeProperties, INodeType } from 'n8n-workflow';

import { standIn, Trigger } from '../../host/core';
import callScalerCall from '../../host/simulators/payloads/callscaler-post-call.json';
import qCallCall from '../../host/simulators/payloads/qcall-end-of-call.json';
import { CallScalerTrigger } from '../../nodes/CallScaler/CallScalerTrigger.node';
import { callScaler } from '../../nodes/CallScaler/provider';
import { readCatchUpSettings } from '../../nodes/catch-up/settings';
import { QCallTrigger } from '../../nodes/QCall/QCallTrigger.node';

/**
 * Generated from the descriptions, so that a new parameter is tried by itself: whatever the editor can leave in it, and
 * whatever an expression in it can end in, no delivery fails, nobody is let in, and no mistake lets a call through.
 */

const secret = randomUUID();
const credential = { headerName: 'X-Secret', secret, previousSecret: '' };

type Parameters = Record<string, unknown>;

/** A parameter that holds a value, wherever it stands. */
interface Leaf {
	readonly path: string;
	readonly property: INodeProperties;
	/** All parameters, with this value in its place and what makes n8n show it. */
	readonly holding: (value: unknown) => Parameters;
}

const isProperty = (option: object): option is INodeProperties => 'displayName' in option && 'type' in option;

/** What has to stand elsewhere for n8n to show a parameter; where it says what must not, what stands there by default. */
function shownBy({ displayOptions }: INodeProperties): Parameters {
	const show = Object.entries(displayOptions?.show ?? {}).filter(([name]) => !name.startsWith('@'));
	const first = show.map(([name, values]) => [name.replace('/', ''), values?.[0]]);
	return Object.fromEntries(first.filter(([, value]) => typeof value !== 'object'));
}

/** A value of the kind that a parameter asks for, where one has to be there. */
const some = ({ type, default: byDefault }: INodeProperties) => (type === 'string' ? 'ticket' : byDefault);

function leavesOf(properties: readonly INodeProperties[]): Leaf[] {
	const required = properties.filter(({ required: isRequired }) => isRequired);
	const others = Object.fromEntries(required.map((each) => [each.name, some(each)]));
	const holds = (property: INodeProperties, more: Parameters = {}) => ({
		...others,
		...shownBy(property),
		...more,
	});
	return properties
		.filter(({ type }) => type !== 'notice' && type !== 'credentials')
		.flatMap((property): Leaf[] => {
			const { name, type, options = [] } = property;
			const whole: Leaf = { path: name, property, holding: (value) => ({ ...holds(property), [name]: value }) };
			if (type === 'collection') {
				const inside = options.filter(isProperty).map((option): Leaf => {
					const holding = (value: unknown) => ({
						...holds(property, shownBy(option)),
						[name]: { [option.name]: value },
					});
					return { path: `${name}.${option.name}`, property: option, holding };
				});
				return [whole, ...inside];
			}
			if (type !== 'fixedCollection') return [whole];
			const rows = options.flatMap((option) => ('values' in option ? [option] : []));
			const inside = rows.flatMap(({ name: rowName, values }) =>
				values.map((column): Leaf => {
					const row = Object.fromEntries(values.map((each) => [each.name, some(each)]));
					const holding = (value: unknown) => ({
						...holds(property),
						[name]: { [rowName]: [{ ...row, [column.name]: value }] },
					});
					return { path: `${name}.${rowName}.${column.name}`, property: column, holding };
				}),
			);
			return [whole, ...inside];
		});
}

/** What the editor leaves of something that was begun, emptied, or switched to an expression and left. */
const LEFT = ['', ' ', null, [], {}, [[]], [''], [null], { rows: [] }, '=', '= '];

/** Expressions that end in nothing, or in an error. */
const WHOLE = [
	...['null', 'undefined', 'NaN', '""', '" "', '[]', '{}', '[[]]', '[null, ""]', '$vars.limits.min', '$vars.none'],
	...['$("No such node").item.json.value', '1 +', '(() => { throw new Error("not today") })()', '$json.a.b.c'],
].map((expression) => `={{ ${expression} }}`);

/** What is beside such an expression, or beside nothing in a list, does not make it one that says something. */
const PARTLY = [
	...['={{ $vars.none }} Placed', '=hvac{{ NaN }}', '={{ $vars.none }}0', '={{ $vars.none }}none', '=true{{ null }}'],
	...['={{ (() => { throw new Error() })() }}hvac', '={{ "\\}}" }}7{{ $vars.none }}', '={{ [] }}headerAuth'],
	...['={{ ["Spam", $vars.none] }}', '={{ [null, "lead"] }}', '={{ { rows: [{ field: "source", value: NaN }] } }}'],
	...['={{ new Date(NaN) }}', '={{ DateTime.invalid("no day") }}', '={{ }}x', '={{ }}'],
];
const GIVES_NOTHING = [...WHOLE, ...PARTLY];

const VALUES = [
	'text',
	'7',
	7,
	-1.5,
	0,
	true,
	false,
	'true',
	'FALSE',
	' , ',
	['a', 'b'],
	[7],
	[['a']],
	[true],
	{ a: 1 },
];

/** Expressions that give a moment, which is text: a Date, and n8n's own DateTime. */
const MOMENTS = ['={{ new Date() }}', '={{ $now }}'];

type Fit = 'yes' | 'no' | 'perhaps';

/** Whether a value is of the kind that a parameter asks for. */
function fits(value: unknown, { type, typeOptions, options = [] }: INodeProperties): Fit {
	const sure = (does: boolean): Fit => (does ? 'yes' : 'no');
	const isText = typeof value === 'string';
	const choices: unknown[] = options.map((option) => ('value' in option ? option.value : undefined));
	switch (type) {
		case 'boolean':
			return sure(typeof value === 'boolean' || (isText && /^(true|false)$/i.test(value)));
		case 'number': {
			const number = typeof value === 'number' || (isText && /^-?[\d.]+$/.test(value)) ? Number(value) : NaN;
			const { minValue = -Infinity, maxValue = Infinity } = typeOptions ?? {};
			if (Number.isNaN(number)) return 'no';
			// What lies beyond the editor's own limits may mean something all the same.
			return number >= minValue && number <= maxValue ? 'yes' : 'perhaps';
		}
		case 'options':
			return sure(choices.includes(value));
		case 'multiOptions':
			return sure(Array.isArray(value) && value.every((each) => choices.includes(each)));
		case 'string': {
			const isOne = (each: unknown): Fit => {
				if (typeof each === 'boolean') return 'perhaps';
				return sure(typeof each === 'string' || typeof each === 'number');
			};
			if (!typeOptions?.multipleValues) return isOne(value);
			if (!Array.isArray(value)) return value === ' , ' ? 'no' : isOne(value);
			return sure(value.every((each) => isOne(each) === 'yes'));
		}
		default:
			return 'no';
	}
}

/** Of the settings for catching up and for alerts a delivery needs none, so none of them may fail it. */
const isNotOfDeliveries = ({ path }: Leaf) => /\b(?:catchUp|alert)/.test(path);

describe.each<[string, () => INodeType, object]>([
	['CallScaler', () => new CallScalerTrigger(), callScalerCall],
	['QCall', () => new QCallTrigger(), qCallCall],
])('%s', (_title, nodeOf, call) => {
	/** What becomes of a delivery, in the words of its answer. */
	async function verdictOf(parameters: Parameters, presented: string): Promise<string> {
		const setup: ConstructorParameters<typeof Trigger>[0] = { nodeType: nodeOf(), credential };
		const trigger = new Trigger({ ...setup, parameters: Object(parameters) });
		const { request, response } = standIn({
			body: call,
			headers: { 'content-type': 'application/json', 'x-secret': presented },
		});
		let answered: unknown;
		response.json = (answer: unknown) => {
			answered = answer;
			return response.end();
		};
		try {
			const { webhookResponse } = await trigger.webhook(request, response);
			const { status } = Object(answered ?? webhookResponse);
			return String(status);
		} catch (error) {
			return `5xx: ${String(error)}`;
		}
	}

	describe.each(leavesOf(nodeOf().description.properties).map((leaf) => [leaf.path, leaf] as const))(
		'%s',
		(path, leaf) => {
			/** Those values of which something becomes that must not. */
			async function strays(
				values: readonly unknown[],
				mayBe: (value: unknown) => readonly string[],
				asked: string = secret,
			) {
				const found: Array<[string, string]> = [];
				for (const value of values) {
					const verdict = await verdictOf(leaf.holding(value), asked);
					if (!mayBe(value).includes(verdict)) found.push([JSON.stringify(value), verdict]);
				}
				return found;
			}
			const asExpression = (value: unknown) => `={{ ${JSON.stringify(value)} }}`;

			it('is as if it were not set where the editor left nothing in it', async () => {
				const unset = await verdictOf(leaf.holding(undefined), secret);
				// n8n does not publish a workflow that lacks what is required, and its editor cannot empty this choice.
				const isNeeded = leaf.property.required === true || path === 'triggerOn';
				expect(await strays(LEFT, () => (isNeeded ? ['held', unset] : [unset]))).toEqual([]);
			});

			it('lets nobody in without the secret', async () => {
				// Of the settings only this one is read before the secret: of the others it is enough that none of them fails.
				const more = path === 'authentication' ? [...LEFT, ...VALUES, ...VALUES.map(asExpression)] : [];
				const values = [...GIVES_NOTHING, ...more];
				expect(await strays(values, () => ['rejected'], 'another')).toEqual([]);
			});

			// n8n drops a collection that is none, and what is in one has leaves of its own.
			if (/collection$/i.test(leaf.property.type)) return;

			const HANDLED = ['accepted', 'ignored'];

			it('keeps a call where an expression gives nothing', async () => {
				expect(await strays(GIVES_NOTHING, () => (isNotOfDeliveries(leaf) ? HANDLED : ['held']))).toEqual([]);
			});

			it('handles a call with what it asks for, and with nothing else, from an expression too', async () => {
				const outcomes = (value: unknown) => {
					const fit = fits(value, leaf.property);
					if (fit === 'yes' || isNotOfDeliveries(leaf)) return HANDLED;
					if (fit === 'perhaps') return [...HANDLED, 'held'];
					return path === 'authentication' ? ['held'] : ['held', 'ignored'];
				};
				expect(await strays(VALUES, outcomes)).toEqual([]);
				for (const value of VALUES) expect(await strays([asExpression(value)], () => outcomes(value))).toEqual([]);
				expect(await strays(MOMENTS, () => outcomes(new Date().toJSON()))).toEqual([]);
			});
		},
	);
});

it.each(['true', 'TRUE', true])('asks for what was chosen where catching up is on: %j', (catchUp) => {
	const parameters = { catchUp, catchUpCallFlows: ['7'], options: { catchUpEvery: 9 } };
	const { request, response } = standIn({});
	const context = new Trigger({ nodeType: new CallScalerTrigger(), parameters }).webhookContext(request, response);
	const read = callScaler.callsApi && readCatchUpSettings(context, callScaler, callScaler.callsApi);
	expect(read).toMatchObject({ chosen: ['7'], everyMinutes: 9 });
});
