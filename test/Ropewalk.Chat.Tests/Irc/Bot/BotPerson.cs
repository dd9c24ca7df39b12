using Ropewalk.Chat.Irc.Client;
using Ropewalk.Chat.Irc.Session;

namespace Ropewalk.Chat.Tests.Irc.Bot;

/// <summary>Somebody who writes to a bot, and remembers what was written to them and in the channel.</summary>
internal sealed class BotPerson
{
    public BotPerson(IrcClient client)
    {
        Client = client;
        _ = HearAsync();
    }

    public IrcClient Client { get; }

    /// <summary>Gets what others wrote, as <c>nick→target text</c>; notices have <c>-nick-</c>.</summary>
    public List<string> Heard { get; } = [];

    public Task SayAsync(string text, string target = "#x") => Client.SendMessageAsync(target, text);

    private async Task HearAsync()
    {
        await foreach (IrcClientEvent told in Client.Events)
        {
            if (told is IrcTextEvent { IsOwn: false } text)
            {
                Heard.Add(text.Kind == IrcTextKind.Notice ? $"-{text.Source.Name}- {text.Text}" : $"{text.Source.Name}→{text.Target} {text.Text}");
            }
        }
    }
}
