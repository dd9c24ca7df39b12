using System.Text.Json.Nodes;
using Ropewalk.Interop.Tests.Browser;

namespace Ropewalk.Interop.Tests;

/// <summary>The page of <c>ropewalk irc</c> in Chromium: what people see who chat with a browser.</summary>
public sealed class WebClientTests
{
    private const string Everything = "<img src=x onerror=hit=1><script>hit=1</script><b>bold</b> javascript:hit=1 \"'`>&lt;";

    [Fact]
    public async Task Two_pages_converse_and_see_each_other()
    {
        await using WebChat chat = await WebChat.StartAsync();
        BrowserPage ann = await chat.OpenAsync("#tea");
        Assert.Equal("#tea", (await ann.EvaluateAsync("channel.value"))!.GetValue<string>());
        await ann.JoinAsync("ann", "#tea");
        BrowserPage bob = await chat.OpenAsync();
        await bob.JoinAsync("bob", "#tea");
        await ann.SeesAsync("bob", "#member-list");
        await ann.SeesAsync("@", "#member-list");

        await ann.SayAsync("/topic Of tea");
        await bob.SeesAsync("Of tea", "#topic");
        await bob.SayAsync("good morning, ann: https://example.org/x");
        await ann.UntilAsync("document.querySelector('#log .mention a')?.href === 'https://example.org/x'");
        await ann.SayAsync("/me pours");
        await bob.SeesAsync("ann pours");
        await ann.TypeAsync("I am");
        // it is not told where that would make what is said wait
        await ann.EvaluateAsync("typer = setInterval(() => input.dispatchEvent(new Event('input')), 100)");
        await bob.SeesAsync("ann is typing", "#typing");
        await ann.EvaluateAsync("clearInterval(typer)");
        await ann.PressAsync("Enter", 13, text: "\r");
        await bob.UntilAsync("!typing.innerText.includes('ann')");
        await ann.SayAsync("/away back soon");
        await bob.UntilAsync("document.querySelector('#member-list .away')?.innerText.includes('ann')");

        await bob.ReloadAsync();
        Assert.Equal("bob #tea", (await bob.EvaluateAsync("nick.value + ' ' + channel.value"))!.GetValue<string>());
        await bob.JoinAsync("bob", "#tea");
        await bob.SeesAsync("I am");
        Assert.Equal(["good morning, ann: https://example.org/x", "✳ ann pours", "I am"], await TextsAsync(bob));
        await bob.UntilAsync("document.querySelector('#member-list .away')?.innerText.includes('ann')");
        Assert.Equal("{\"ropewalk.nick\":\"bob\"}", (await bob.EvaluateAsync("JSON.stringify({ ...localStorage })"))!.GetValue<string>());
        await ann.SayAsync("/quit bye");
        await bob.SeesAsync("ann quit (Quit: bye)");
        await ann.UntilAsync("!start.hidden");
        Assert.Equal(0, await chat.Server.StopAsync());
    }

    [Fact]
    public async Task What_others_send_is_text_and_never_markup()
    {
        await using WebChat chat = await WebChat.StartAsync();
        BrowserPage page = await chat.OpenAsync();
        using IrcLines mallory = await chat.ComeInAsync("m`[]\\^{|}", Everything, "JOIN #<b>x</b>", $"TOPIC #<b>x</b> :{Everything}", $"AWAY :{Everything}");
        await page.JoinAsync("ann", "#<b>x</b>");
        await page.SeesAsync("<script>", "#topic");
        await mallory.SettleAsync($"PRIVMSG #<b>x</b> :{Everything}", $"NOTICE ann :{Everything}", $"PRIVMSG ann :\u0001ACTION {Everything}\u0001", $"@+typing=active TAGMSG #<b>x</b>", $"PART #<b>x</b> :{Everything}");
        await page.SeesAsync("left (" + Everything[..20]);
        Assert.Contains(Everything, await page.TextAsync("#log"), StringComparison.Ordinal);
        await page.SayAsync("/whois m`[]\\^{|}");
        await page.SeesAsync(": " + Everything);
        await page.EvaluateAsync("document.querySelector('#conversations li:last-child .open').click()");
        await page.SeesAsync("✳ m`[]\\^{|}");
        Assert.Contains(Everything, await page.TextAsync("#log"), StringComparison.Ordinal);
        Assert.True((await page.EvaluateAsync("typeof hit === 'undefined'"))!.GetValue<bool>());
        Assert.Equal(0, (await page.EvaluateAsync("chat.querySelectorAll('img, script, b, [onerror], [style], a[href^=javascript]').length"))!.GetValue<int>());
        // and what was sent twice over, in a page's own address
        await page.GoAsync(chat.Address + "?x#%22%3E%3Cimg%20src=x%20onerror=hit=1%3E");
        Assert.True((await page.EvaluateAsync("typeof hit === 'undefined'"))!.GetValue<bool>());
    }

    [Fact]
    public async Task The_policy_of_the_page_refuses_inline_scripts_and_other_places()
    {
        await using WebChat chat = await WebChat.StartAsync();
        BrowserPage page = await chat.OpenAsync();
        JsonNode? refused = await page.EvaluateAsync("""
            new Promise((done) => {
              const seen = new Set();
              addEventListener('securitypolicyviolation', (event) => {
                seen.add(event.effectiveDirective);
                if (seen.size === 4) done([...seen].sort().join(' '));
              });
              const add = (name, properties) => document.body.append(Object.assign(document.createElement(name), properties));
              add('script', { textContent: 'window.hit = 1' });
              add('style', { textContent: 'body { display: none }' });
              add('img', { src: 'http://127.0.0.1:1/x.png' });
              fetch('http://127.0.0.1:1/').catch(() => {});
            })
            """);
        Assert.Equal("connect-src img-src script-src-elem style-src-elem", refused!.GetValue<string>());
        Assert.True((await page.EvaluateAsync("typeof hit === 'undefined'"))!.GetValue<bool>());
    }

    [Fact]
    public async Task Older_messages_come_when_one_scrolls_up_in_order_and_once()
    {
        await using WebChat chat = await WebChat.StartAsync();
        using IrcLines teller = await chat.ComeInAsync("teller", "t", ["JOIN #tale", .. Enumerable.Range(0, 130).Select(i => $"PRIVMSG #tale :line {i:000}")]);
        BrowserPage page = await chat.OpenAsync();
        await page.JoinAsync("ann", "#tale");
        await page.SeesAsync("line 129");
        Assert.Equal(Enumerable.Range(80, 50).Select(i => $"line {i:000}"), await TextsAsync(page));
        await page.EvaluateAsync("scroller.scrollTop = 0");
        await page.SeesAsync("line 030");
        // what was read before stays where it was
        Assert.True((await page.EvaluateAsync("scroller.scrollTop > 300"))!.GetValue<bool>());
        await page.EvaluateAsync("scroller.scrollTop = 0");
        await page.SeesAsync("line 000");
        Assert.Equal(Enumerable.Range(0, 130).Select(i => $"line {i:000}"), await TextsAsync(page));
        await page.EvaluateAsync("scroller.scrollTop = 0");
        await page.SeesAsync("There is nothing older here.", "#log-start");
    }

    [Fact]
    public async Task A_flood_of_lines_leaves_a_page_that_answers()
    {
        await using WebChat chat = await WebChat.StartAsync();
        BrowserPage page = await chat.OpenAsync();
        await page.JoinAsync("ann", "#flood");
        string longest = string.Concat(Enumerable.Repeat("https://example.org/ ", 20));
        using IrcLines teller = await chat.ComeInAsync("teller", "t", ["JOIN #flood", .. Enumerable.Range(0, 2500).Select(i => $"PRIVMSG #flood :{i} {longest}"), "PRIVMSG #flood :the end"]);
        await page.SeesAsync("the end");
        Assert.InRange((await page.EvaluateAsync("log.children.length"))!.GetValue<int>(), 1990, 2000);
        await page.UntilAsync("scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60");
        await page.SayAsync("still here");
        await page.UntilAsync("document.querySelector('#log .own:last-child')?.innerText.includes('still here')");
    }

    [Fact]
    public async Task A_lost_connection_is_told_and_what_was_missed_is_fetched()
    {
        await using WebChat chat = await WebChat.StartAsync();
        await using BreakableLink link = await BreakableLink.StartAsync(chat.Server.Port(1));
        using IrcLines teller = await chat.ComeInAsync("teller", "t", "JOIN #a", "JOIN #b", "PRIVMSG #a :before");
        BrowserPage page = await chat.OpenAsync(port: link.Port);
        await page.JoinAsync("ann", "#a");
        await page.SayAsync("/join #b");
        await page.SeesAsync("teller", "#member-list");
        await page.EvaluateAsync("document.querySelectorAll('#conversations .open')[1].click()");
        await page.SeesAsync("before");
        link.Cut();
        await page.UntilAsync("!connection.hidden && !retry.hidden");
        await page.SayAsync("lost");
        await page.SeesAsync("Not connected");
        await teller.SettleAsync([.. Enumerable.Range(0, 70).Select(i => $"PRIVMSG #a :missed {i:00}"), "PRIVMSG #b :ann, here too"]);
        link.Mend();
        await page.EvaluateAsync("retry.click()");
        await page.SeesAsync("missed 69");
        await page.UntilAsync("connection.hidden");
        Assert.Equal(["before", .. Enumerable.Range(0, 70).Select(i => $"missed {i:00}")], (await TextsAsync(page)).Where(text => text != "lost"));
        await page.SeesAsync("teller", "#member-list");
        await page.PressAsync("ArrowDown", 40, BrowserPage.Alt);
        await page.SeesAsync("#b", "#title");
        await page.SeesAsync("here too");
        await page.SayAsync("back");
        await page.UntilAsync("document.querySelector('#log .own')?.innerText.includes('back')");
    }

    [Fact]
    public async Task All_is_done_with_the_keyboard()
    {
        await using WebChat chat = await WebChat.StartAsync();
        using IrcLines carol = await chat.ComeInAsync("carol", "c", "JOIN #one", "JOIN #two");
        BrowserPage page = await chat.OpenAsync("#one");
        await page.EvaluateAsync("nick.focus()");
        await page.TypeIntoFocusedAsync("ann");
        await page.PressAsync("Enter", 13, text: "\r");
        await page.SeesAsync("carol", "#member-list");
        await page.UntilAsync("document.activeElement === input");
        await page.SayAsync("/join #two");
        await page.SeesAsync("#two", "#title");
        await carol.SettleAsync("PRIVMSG #one :for nobody", "PRIVMSG #one :for Ann!", "PRIVMSG ann :a word");
        await page.UntilAsync("document.querySelectorAll('#conversations .for-you').length === 2 && document.title.startsWith('(2)')");
        await page.PressAsync("ArrowUp", 38, BrowserPage.Alt);
        await page.SeesAsync("for Ann!");
        await page.UntilAsync("document.querySelectorAll('#conversations .count').length === 1");
        await page.PressAsync("k", 75, BrowserPage.Control);
        await page.UntilAsync("document.activeElement === window['switcher-input']");
        await page.TypeIntoFocusedAsync("caro");
        await page.PressAsync("Enter", 13, text: "\r");
        await page.SeesAsync("a word");
        await page.UntilAsync("document.activeElement === input && document.querySelectorAll('#conversations .count').length === 0");
        await page.PressAsync("ArrowUp", 38, BrowserPage.Alt);
        await page.TypeAsync("car");
        await page.PressAsync("Tab", 9);
        Assert.Equal("carol: ", (await page.EvaluateAsync("input.value"))!.GetValue<string>());
        await page.SayAsync("tea?");
        await page.SeesAsync("carol: tea?");
        await page.PressAsync("ArrowUp", 38);
        Assert.Equal("carol: tea?", (await page.EvaluateAsync("input.value"))!.GetValue<string>());
        await page.PressAsync("ArrowDown", 40);
        Assert.Equal("", (await page.EvaluateAsync("input.value"))!.GetValue<string>());
        await page.PressAsync("Tab", 9);
        Assert.Equal("Send", (await page.EvaluateAsync("document.activeElement.innerText"))!.GetValue<string>());
        await page.SayAsync("/nick ann2");
        await page.SeesAsync("ann2", "#own-nick");
        await page.SayAsync("/kick carol");
        await page.SeesAsync("operator");
        await page.SayAsync("/topic");
        await page.SeesAsync("has no topic.");
        await page.SayAsync("/nothing");
        await page.SeesAsync("There is no command /nothing");
    }

    [Fact]
    public async Task A_drawer_of_a_narrow_window_keeps_the_rest_out_of_reach_and_leads_back()
    {
        await using WebChat chat = await WebChat.StartAsync();
        BrowserPage page = await chat.OpenAsync();
        await page.ResizeAsync(360, 740);
        await page.JoinAsync("ann", "#narrow");
        await page.SeesAsync("#narrow", "#title");
        foreach (string side in new[] { "sidebar", "members" })
        {
            await page.EvaluateAsync($"document.getElementById('{side}-toggle').click()");
            await page.UntilAsync($"conversation.inert && !document.getElementById('{side}').inert && document.getElementById('{side}').contains(document.activeElement)");
            await page.PressAsync("Escape", 27);
            await page.UntilAsync($"!conversation.inert && document.activeElement.id === '{side}-toggle'");
        }

        await page.EvaluateAsync("document.getElementById('sidebar-toggle').click()");
        await page.UntilAsync("conversation.inert");
        await page.EvaluateAsync("veil.click()");
        await page.UntilAsync("!conversation.inert && document.activeElement.id === 'sidebar-toggle'");
        await page.EvaluateAsync("document.getElementById('members-toggle').click()");
        await page.UntilAsync("conversation.inert");
        // a wide window has no drawers
        await page.ResizeAsync(1280, 800);
        await page.UntilAsync("!conversation.inert && !sidebar.inert");
    }

    [Fact]
    public async Task Several_lines_are_asked_about_and_long_ones_are_cut()
    {
        await using WebChat chat = await WebChat.StartAsync();
        BrowserPage page = await chat.OpenAsync();
        await page.JoinAsync("ann", "#many");
        await page.SayAsync("one\ntwo\nthree");
        await page.SeesAsync("Send 3 messages to #many?", "#paste");
        await page.PressAsync("Escape", 27);
        await page.UntilAsync("!paste.open");
        Assert.Equal("one\ntwo\nthree", (await page.EvaluateAsync("input.value"))!.GetValue<string>());
        Assert.Empty(await TextsAsync(page));
        await page.PressAsync("Enter", 13, text: "\r");
        await page.UntilAsync("paste.open");
        await page.PressAsync("Enter", 13, text: "\r");
        await page.SeesAsync("three");
        Assert.Equal(["one", "two", "three"], await TextsAsync(page));
        string text = string.Join(' ', Enumerable.Repeat("Größe", 120));
        await page.SayAsync(text);
        await page.UntilAsync("document.querySelectorAll('#log .own').length === 6");
        Assert.Equal(text, string.Join(' ', (await TextsAsync(page))[3..]));
    }

    [Fact]
    public async Task An_account_is_logged_in_to_and_a_wrong_password_is_told()
    {
        await using WebChat chat = await WebChat.StartAsync();
        using IrcLines client = await chat.ComeInAsync("ann", "a", "REGISTER * * correct-horse-battery", "JOIN #x", "QUIT");
        BrowserPage page = await chat.OpenAsync();
        await page.EvaluateAsync("nick.value = 'ann'; channel.value = '#x'; password.value = 'wrong'; connect.click()");
        await page.SeesAsync("The password was not accepted", "#form-error");
        await page.EvaluateAsync("password.value = ''; connect.click()");
        await page.SeesAsync("belongs to an account", "#form-error");
        await page.JoinAsync("ann", "#x", "correct-horse-battery");
        await page.SayAsync("/whois ann");
        await page.SeesAsync("ann is logged in as ann");
        Assert.DoesNotContain("horse", (await page.EvaluateAsync("JSON.stringify({ ...localStorage, ...sessionStorage }) + document.documentElement.outerHTML"))!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_can_be_read_in_light_and_dark_and_nothing_scrolls_sideways()
    {
        await using WebChat chat = await WebChat.StartAsync();
        BrowserPage page = await chat.OpenAsync();
        using IrcLines teller = await chat.ComeInAsync(
            "teller", "t", ["JOIN #c", .. Enumerable.Range(0, 16).Select(i => $"PRIVMSG #c :\x03{i:00}colour {i} https://example.org/{new string('x', 200)}\x03 #c")]);
        await AssertReadableAsync(page);
        await page.JoinAsync("ann", "#c");
        await page.SayAsync("/nonsense");
        await page.SeesAsync("There is no command");
        await teller.SettleAsync("PRIVMSG #c :ann, look", "PRIVMSG ann :and here");
        await page.SeesAsync("ann, look");
        await page.UntilAsync("document.querySelector('#conversations .for-you')");
        await AssertReadableAsync(page);
    }

    [Fact]
    public async Task The_pure_modules_do_what_they_say()
    {
        await using WebChat chat = await WebChat.StartAsync();
        BrowserPage page = await chat.OpenAsync();
        JsonNode result = (await page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Browser", "modules.js"))))!;
        Assert.Equal("[]", result["failures"]!.ToJsonString());
        Assert.True(result["count"]!.GetValue<int>() > 40);
    }

    // What people have said, line by line, without names and times.
    private static async Task<string[]> TextsAsync(BrowserPage page) =>
        [.. (await page.EvaluateAsync("[...document.querySelectorAll('#log .message .text, #log .action .text')].map((text) => text.innerText)"))!.AsArray().Select(text => text!.GetValue<string>())];

    private static async Task AssertReadableAsync(BrowserPage page)
    {
        foreach ((int width, int height) in new[] { (360, 740), (1280, 800), (1600, 900) })
        {
            await page.ResizeAsync(width, height);
            foreach (string scheme in new[] { "light", "dark" })
            {
                await page.PreferAsync(scheme);
                Assert.Equal("[]", await ContrastAsync(page));
                Assert.True((await page.EvaluateAsync("document.documentElement.scrollWidth <= innerWidth && scroller.scrollWidth <= scroller.clientWidth"))!.GetValue<bool>());
            }
        }
    }

    // WCAG 2.1, 1.4.3: 4.5 to 1, computed of what is shown; gives what is below it.
    private static async Task<string> ContrastAsync(BrowserPage page) => (await page.EvaluateAsync("""
        (() => {
          const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
          const channels = (color) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
          const light = ([r, g, b]) => [r, g, b].map((c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
          const ground = (node) => { for (; node; node = node.parentElement) { const color = channels(getComputedStyle(node).backgroundColor); if (color[3] === 255) return color; } return [255, 255, 255]; };
          const poor = new Set();
          for (const node of document.querySelectorAll('body *')) {
            if (!node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || node.disabled || ![...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim())) continue;
            const [a, b] = [light(channels(getComputedStyle(node).color)), light(ground(node))].sort((x, y) => y - x);
            const ratio = (a + 0.05) / (b + 0.05);
            if (ratio < 4.5) poor.add(`${node.tagName} ${node.id} ${node.className} ${ratio.toFixed(2)}`);
          }
          return [...poor];
        })()
        """))!.ToJsonString();
}
