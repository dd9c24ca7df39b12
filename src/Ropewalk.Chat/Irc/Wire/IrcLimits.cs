namespace Ropewalk.Chat.Irc.Wire;

/// <summary>Names the sizes that the protocol itself fixes.</summary>
public static class IrcLimits
{
    /// <summary>The longest message without its tags, CR LF included: 512 bytes. <b>Spec</b>: RFC 1459 §2.3.</summary>
    public const int MessageBytes = 512;

    /// <summary>The longest tags of a client's message, from the at sign to the space: 4096 bytes. <b>Spec</b>: IRCv3 message-tags, "Size limit".</summary>
    public const int ClientTagsBytes = 4096;

    /// <summary>The longest tags altogether, what the server adds included: 8191 bytes. <b>Spec</b>: IRCv3 message-tags, "Size limit".</summary>
    public const int TagsBytes = 8191;

    /// <summary>The most parameters: 15. What follows the fourteenth is one parameter to the end of the line. <b>Spec</b>: RFC 2812 §2.3.1.</summary>
    public const int Parameters = 15;

    /// <summary>The longest piece of an <c>AUTHENTICATE</c> message: 400 bytes of base 64; one of just this length says that more comes. <b>Spec</b>: IRCv3 SASL.</summary>
    public const int AuthenticateBytes = 400;
}
