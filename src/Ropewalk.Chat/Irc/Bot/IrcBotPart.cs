namespace Ropewalk.Chat.Irc.Bot;

/// <summary>Is what a host's bot hears beside its modules.</summary>
internal sealed record IrcBotPart(Action<IrcBotBuilder> Configure);
