/** The triggers that hostile deliveries are sent to, in a real n8n and along n8n's own way alike. */
export interface Setup {
	provider: 'qCall' | 'callScaler';
	output: 'fields' | 'raw';
	/** Set where only those with the secret may get in. */
	isAuthenticated?: boolean;
	parameters?: Record<string, unknown>;
}

export const HEADER_OF_THE_SECRET = 'X-Webhook-Secret';

export const SETUPS = {
	qCall: { provider: 'qCall', output: 'fields' },
	qCallRaw: { provider: 'qCall', output: 'raw' },
	callScaler: { provider: 'callScaler', output: 'fields' },
	callScalerRaw: { provider: 'callScaler', output: 'raw' },
	/** Everything that looks at a field: what one of them cannot bear shows here. */
	qCallFiltered: {
		provider: 'qCall',
		output: 'fields',
		parameters: {
			filters: {
				excludedOutcomes: ['Not Interested'],
				conditions: { rows: [{ field: 'address', operator: 'notContains', value: 'nowhere at all' }] },
			},
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
	/** Any value of one field tells calls apart. */
	qCallByTicket: {
		provider: 'qCall',
		output: 'fields',
		parameters: { deduplicateBy: 'customField', dedupeField: 'ticket' },
	},
	callScalerSecret: { provider: 'callScaler', output: 'fields', isAuthenticated: true },
} satisfies Record<string, Setup>;

export type SetupName = keyof typeof SETUPS;

export function parametersOf({ output, isAuthenticated = false, parameters = {} }: Setup): Record<string, unknown> {
	// Nothing here is about calls that come twice, but where the setup says so.
	const authentication = isAuthenticated ? 'headerAuth' : 'none';
	return { authentication, output, deduplicate: 'deduplicateBy' in parameters, ...parameters };
}
