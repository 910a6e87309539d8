// A person in headless Chromium who makes a service. It takes what to do as JSON, prints what was on the screen as
// JSON, and takes pictures. Playwright is found in NODE_PATH.

const { chromium } = require('playwright-core');

const wishes = JSON.parse(process.argv[2]);

async function person(page) {
  const seen = {};
  const picture = async (name, more) => {
    await page.mouse.move(1270, 5); // It would leave a mark where it hovers.
    await page.screenshot({ path: `${wishes.pictures}/${name}.png`, animations: 'disabled', ...more });
  };
  const button = name => page.getByRole('button', { name, exact: true });
  const field = name => page.getByRole('textbox', { name });
  const form = page.locator('form');
  const show = place => place.evaluate(element => element.scrollIntoView({ block: 'start' }));

  await page.goto(`${wishes.url}/create`);
  await page.addStyleTag({ content: '* { --bui-font-regular: Helvetica !important; }' }); // As everything else.
  await button('Enter').click();
  const cards = page.locator('.MuiCard-root').filter({ has: button('Choose') });
  await cards.nth(2).waitFor();
  seen.cards = await cards.locator('h4').allInnerTexts();
  await picture('cards');

  await cards.filter({ hasText: wishes.card }).getByRole('button', { name: 'Choose' }).click();
  await field('Name').fill(wishes.refused.project_name);
  await field('Package').fill(wishes.refused.package_name);
  await button('Next').click();
  await form.locator('.Mui-error').first().waitFor();
  seen.refused = await form.innerText();
  await show(page.locator('h1, h2').filter({ hasText: wishes.card }).first());
  await picture('refused');

  await field('Name').fill(wishes.project_name);
  await field('Package').fill('');
  await field('Author').fill(wishes.author_name);
  await page.getByRole('radio', { name: wishes.license }).check();
  await button('Next').click();

  await page.getByRole('radio', { name: wishes.asyncio_mode }).check();
  await show(form);
  await picture('form');
  await button('Next').click();

  const owner = field('Owner');
  const portal = name => page.getByRole('radio', { name }).last();
  await owner.click();
  await page.getByRole('option', { name: wishes.owner }).click();
  await portal('none').check();
  await owner.waitFor({ state: 'detached' }).catch(() => {});
  seen.owner_of_none = await owner.isVisible();
  await portal('backstage').check();
  await owner.waitFor().catch(() => {});
  seen.owner_of_backstage = await owner.isVisible();
  await button('Next').click();

  await field('Owner').fill(wishes.repository.owner);
  await field('Repository').fill(wishes.repository.name);
  await field('Repository').press('Tab'); // It is read when it is left.
  await button('Review').click();
  await button('Create').waitFor();
  seen.review = Object.fromEntries(
    await page.locator('tr').evaluateAll(rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))),
  );
  await show(page.locator('table'));
  await picture('review');

  await button('Create').click();
  await page.getByRole('heading', { name: 'Proof' }).waitFor({ timeout: 600_000 });
  seen.proof = await page.getByTestId('text-output-box').locator('p').innerText();
  seen.links = await page.getByTestId('output-box').getByRole('link').evaluateAll(links => links.map(link => link.href));
  seen.log = await page.locator('[href^="#line-"] + *').allInnerTexts(); // Those of its lines that are in view.
  await picture('proven', { clip: { x: 0, y: 0, width: 1280, height: 828 } });
  return seen;
}

async function main() {
  const browser = await chromium.launch({ executablePath: wishes.chromium, args: ['--no-sandbox'] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  page.setDefaultTimeout(30_000);
  // A narrow side bar leaves more room.
  await page.addInitScript(() => localStorage.setItem('sidebarPinState', 'false'));
  try {
    console.log(JSON.stringify(await person(page)));
  } catch (error) {
    console.error(await page.locator('body').innerText());
    await page.screenshot({ path: `${wishes.pictures}/last.png` });
    throw error;
  } finally {
    await browser.close();
  }
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
