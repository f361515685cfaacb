// Adds comfort to pages that work without it. Creates no markup: Trusted Types refuse that.
for (const box of document.querySelectorAll('[data-show]')) {
  const input = document.getElementById(box.dataset.show);
  box.hidden = false;
  box.addEventListener('click', () => {
    const shows = input.type === 'password';
    input.type = shows ? 'text' : 'password';
    box.textContent = shows ? 'Hide' : 'Show';
    box.setAttribute('aria-pressed', String(shows));
    input.focus();
  });
  // A browser stores the password only of a field that is one when it is sent.
  input.form?.addEventListener('submit', () => {
    input.type = 'password';
  });
}

// The second click of a double click would send the form again, and discard the answer to the first.
for (const form of document.querySelectorAll('[data-once]')) {
  let sentAt = -Infinity;
  form.addEventListener('submit', (event) => {
    // Not for good: where the answer is a file, the page stays.
    if (event.timeStamp - sentAt < 3000) event.preventDefault();
    else sentAt = event.timeStamp;
  });
  addEventListener('pageshow', () => {
    sentAt = -Infinity;
  });
}

for (const button of document.querySelectorAll('[data-copy]')) {
  if (!navigator.clipboard) break;
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener('click', async () => {
    const text = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(text.textContent.trim());
      button.textContent = 'Copied';
    } catch {
      // The browser does not allow it. Selected, the text is copied by the keyboard.
      getSelection().selectAllChildren(text);
      button.textContent = 'Selected';
    }
    setTimeout(() => {
      button.textContent = label;
    }, 2000);
  });
}

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => print());
}

// The link of an email carries its token in the fragment, which is sent to no server and stays in no log. A link of
// another author must not choose a password, nor what only the page knows.
for (const form of document.querySelectorAll('[data-fragment]')) {
  const sent = new URLSearchParams(location.hash.slice(1));
  for (const [name, value] of sent) {
    const input = form.elements.namedItem(name);
    const isFilled = input instanceof HTMLInputElement && input.type !== 'password' && input.type !== 'hidden';
    if (isFilled) input.value = value;
  }
  if (location.hash) history.replaceState(null, '', location.pathname + location.search);
}

// The note about a form is shown once, and not again when the page is reloaded.
if (document.querySelector('[data-done]')) {
  const url = new URL(location.href);
  url.searchParams.delete('done');
  history.replaceState(null, '', url);
}
