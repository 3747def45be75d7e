import type { INodeParameters } from 'n8n-workflow';

/** The triggers that hostile deliveries are sent to, in a real n8n and along n8n's own way alike. */
export interface Setup {
	provider: 'qCall' | 'callScaler';
	output: 'fields' | 'raw' | 'unified';
	/** Set where only those with the secret may get in. */
	isAuthenticated?: boolean;
	/** How a delivery that can be read may end here, but for being accepted. */
	mayEnd?: 'ignored' | 'rejected';
	parameters?: INodeParameters;
}

export const HEADER_OF_THE_SECRET = 'X-Webhook-Secret';

/** In this order: a call that lacks AI data passes those that need it, and is excluded by the last, which tells its value. */
const filtersOfCallScaler = {
	...{ qualification: 'notQualified', aiCategories: ['lead', 'spam'], minAiScore: 1, maxRoboScore: 99 },
	...{ trackingNumbers: ['+1 (573) 555-1234'], sources: ['ads'] },
};

export const SETUPS = {
	qCall: { provider: 'qCall', output: 'fields' },
	qCallRaw: { provider: 'qCall', output: 'raw' },
	qCallUnified: { provider: 'qCall', output: 'unified' },
	callScaler: { provider: 'callScaler', output: 'fields' },
	callScalerRaw: { provider: 'callScaler', output: 'raw' },
	callScalerUnified: { provider: 'callScaler', output: 'unified' },
	/** Everything that looks at a field: what one of them cannot bear shows here. */
	qCallFiltered: {
		provider: 'qCall',
		output: 'fields',
		parameters: {
			filters: { excludedOutcomes: ['Not Interested'] },
			conditions: { rows: [{ field: 'address', operator: 'notContains', value: 'nowhere at all' }] },
			customFields: {
				rows: [
					{ name: 'slot', type: 'string' },
					{ name: 'guests', type: 'number', required: true },
					{ name: 'returning', type: 'boolean' },
				],
			},
			options: { includeDelivery: true },
		},
	},
	callScalerFiltered: {
		provider: 'callScaler',
		output: 'fields',
		mayEnd: 'ignored',
		parameters: { filters: filtersOfCallScaler },
	},
	/** What cannot be typed is refused, with an answer that shows it. */
	qCallStrict: {
		provider: 'qCall',
		output: 'fields',
		mayEnd: 'rejected',
		parameters: { options: { onInvalidFields: 'reject' } },
	},
	callScalerStrict: {
		provider: 'callScaler',
		output: 'fields',
		mayEnd: 'rejected',
		parameters: { options: { onInvalidFields: 'reject' } },
	},
	/** Any value of one field tells calls apart. */
	qCallByTicket: {
		provider: 'qCall',
		output: 'fields',
		parameters: { deduplicateBy: 'customField', dedupeField: 'ticket' },
	},
	callScalerSecret: { provider: 'callScaler', output: 'fields', isAuthenticated: true },
} satisfies Record<string, Setup>;

export type SetupName = keyof typeof SETUPS;

export function setupOf(name: SetupName): Setup {
	return SETUPS[name];
}

export function parametersOf({ output, isAuthenticated = false, parameters = {} }: Setup): INodeParameters {
	// Nothing here is about calls that come twice, but where the setup says so.
	const authentication = isAuthenticated ? 'headerAuth' : 'none';
	return { authentication, output, deduplicate: 'deduplicateBy' in parameters, ...parameters };
}
