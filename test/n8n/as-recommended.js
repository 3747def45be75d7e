/**
 * For suites that run in n8n 2.x as docs/install.md recommends to set it: what a call costs n8n is half of that. The others run
 * in n8n as it is without any setting; so do these with N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE=false.
 */
process.env.N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE ??= 'true';
