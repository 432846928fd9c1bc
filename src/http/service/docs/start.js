// Shows the service's own document. Nothing is loaded from anywhere else: no validator, no fonts.

// Swagger UI works through the whole document, for a second or two, each time that it resolves the references of one
// part. All of ours point into the document itself, so following them is enough.
const resolve = (value, document, inside = []) => {
  if (Array.isArray(value)) return value.map((item) => resolve(item, document, inside));
  if (value === null || typeof value !== "object") return value;
  const { $ref: reference, ...members } = value;
  if (typeof reference === "string") {
    // What contains itself is shown once.
    if (inside.includes(reference)) return { title: reference.split("/").pop(), ...members };
    const found = reference.slice(2).split("/").reduce((part, name) => part[name], document);
    const named = reference.startsWith("#/components/schemas/") ? { title: reference.split("/").pop() } : {};
    return { ...named, ...resolve(found, document, [...inside, reference]), ...members };
  }
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, resolve(member, document, inside)]));
};

const resolveQuickly = () => {
  let document;
  return {
    statePlugins: {
      spec: {
        wrapActions: {
          requestResolvedSubtree: (_, { specActions, specSelectors }) => (path) => {
            document ??= specSelectors.specJson().toJS();
            const part = path.reduce((value, name) => value?.[name], document);
            return part && specActions.updateResolvedSubtree(path, resolve(part, document));
          },
          // Another document: the one remembered is old.
          updateJsonSpec: (original) => (json) => {
            document = undefined;
            return original(json);
          },
        },
      },
    },
  };
};

SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [resolveQuickly],
  layout: "BaseLayout",
  validatorUrl: null,
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: true,
});
