/** The one style sheet of the pages. Readable without images or scripts, dark by nature. */
export const styleSheet = `
:root { color-scheme: dark; font: 16px/1.6 system-ui, sans-serif; }
body { margin: 0; background: #0d0e12; color: #e8e6e1; }
main { max-width: 42rem; margin: 0 auto; padding: 4rem 1.5rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 1rem; letter-spacing: -0.02em; }
h1 small { display: block; font-size: 1rem; font-weight: 400; color: #9a97a5; margin-top: 0.5rem; }
p { margin: 0 0 1rem; }
a { color: #b69cff; }
a:focus-visible, button:focus-visible, input:focus-visible { outline: 2px solid #b69cff; }
ul { padding-left: 1.2rem; }
code, pre { font: 0.9rem/1.5 ui-monospace, monospace; }
pre { background: #17181f; border: 1px solid #2a2c37; border-radius: 8px; padding: 1rem;
  white-space: pre-wrap; overflow-wrap: anywhere; }
form { margin: 1.5rem 0; }
label { display: block; margin-bottom: 0.25rem; }
input { width: 100%; box-sizing: border-box; padding: 0.7rem; margin-bottom: 1rem; font: inherit;
  color: inherit; background: #17181f; border: 1px solid #3a3d4b; border-radius: 8px; }
button { padding: 0.7rem 1.4rem; font: inherit; font-weight: 600; color: #0d0e12; background: #b69cff;
  border: 0; border-radius: 8px; cursor: pointer; }
fieldset { margin: 0 0 1rem; padding: 0.7rem 1rem; border: 1px solid #3a3d4b; border-radius: 8px; }
input[type="radio"] { width: auto; margin: 0 0.4rem 0 0; }
.fault { color: #ff9d8a; }
.good { color: #9be8a8; }
`;
