using Ropewalk.Chat.Irc.Bot;

namespace Talkback;

/// <summary>Answers with a quote who talks to it, or says one of its trigger phrases.</summary>
/// <param name="settings">Says what holds now: the quotes and phrases may change while the bot runs.</param>
/// <param name="picker">Picks the quotes.</param>
public sealed class TalkbackBot(Func<TalkbackSettings> settings, QuotePicker picker) : IIrcBotModule
{
    /// <inheritdoc/>
    public void Configure(IrcBotBuilder bot) => bot.OnPattern(IsForMe, AnswerAsync);

    private bool IsForMe(IrcBotContext context) =>
        context.IsAddressed || settings().Triggers.Any(phrase => context.Text.Contains(phrase, StringComparison.OrdinalIgnoreCase));

    private async Task AnswerAsync(IrcBotContext context)
    {
        if (picker.Pick(settings().Quotes) is { } quote)
        {
            await context.ReplyAsync(quote);
        }
    }
}
