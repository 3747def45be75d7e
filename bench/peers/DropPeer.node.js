'use strict';

/** Loads its credential and drops whatever comes: no execution. */
class DropPeer {
	description = {
		displayName: 'Drop Peer Trigger',
		name: 'dropPeer',
		group: ['trigger'],
		// n8n evaluates an expression of its own for each request to a node of version 1; a peer should not pay for that.
		version: 2,
		description: 'Drops every delivery',
		defaults: { name: 'Drop Peer Trigger' },
		inputs: [],
		outputs: ['main'],
		credentials: [{ name: 'callScalerWebhookApi', required: true }],
		webhooks: [{ name: 'default', httpMethod: 'POST', path: 'drop', responseMode: 'onReceived', responseData: '' }],
		properties: [],
	};

	async webhook() {
		await this.getCredentials('callScalerWebhookApi');
		return { webhookResponse: { status: 'ignored' } };
	}
}

module.exports = { DropPeer };
