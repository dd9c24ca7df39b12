namespace Ropewalk.Chat.Irc.Bot;

/// <summary>Is a part of a bot: a class that says what it hears.</summary>
/// <remarks><b>Lifetime</b>: one object as long as the bot; what a single message needs comes from <see cref="IrcBotContext.Services"/>.</remarks>
public interface IIrcBotModule
{
    /// <summary>Adds what the module hears. <b>Call</b>: once, before the bot connects.</summary>
    void Configure(IrcBotBuilder bot);
}
