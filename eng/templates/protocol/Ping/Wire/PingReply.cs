namespace Ping.Wire;

/// <summary>Is what a server says.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The token, or what was wrong.</param>
public readonly record struct PingReply(PingReplyKind Kind, string Text = "");
