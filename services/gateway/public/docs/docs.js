'use strict';

window.SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  persistAuthorization: false,
  displayRequestDuration: true,
  // Bodies of the whole system are long: operations first.
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
