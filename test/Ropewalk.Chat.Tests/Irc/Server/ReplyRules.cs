using System.Text;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>Holds what is sent against the rules that every line obeys.</summary>
internal static class ReplyRules
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Checks a line: it is a message, within its limits, of UTF-8, and no parameter is empty but the last.</summary>
    public static IrcMessage Check(byte[] line)
    {
        string text;
        try
        {
            text = Strict.GetString(line);
        }
        catch (DecoderFallbackException)
        {
            Assert.Fail("Not UTF-8: " + Encoding.Latin1.GetString(line));
            throw;
        }

        int tags = line.Length > 0 && line[0] == (byte)'@' ? line.AsSpan().IndexOf((byte)' ') + 1 : 0;
        Assert.True(tags <= IrcLimits.TagsBytes, "Too many tags: " + text);
        Assert.True(line.Length - tags <= IrcLimits.MessageBytes - 2, "Too long: " + text);
        string body = text[Encoding.UTF8.GetString(line, 0, tags).Length..];
        int colon = body.IndexOf(" :", StringComparison.Ordinal);
        string words = colon < 0 ? body : body[..colon];
        Assert.False(words.Contains("  ", StringComparison.Ordinal) || words.EndsWith(' '), "An empty parameter: " + text);
        Assert.True(body.AsSpan().IndexOfAny("\r\n\0") < 0, "A break inside: " + text);
        var message = IrcMessage.Parse(text);
        Assert.True(message.Numeric == 0 || message.Parameters.Count >= 2, "A numeric without parameters: " + text);
        foreach (IrcTag tag in message.Tags)
        {
            Assert.True(IrcTag.IsKey(tag.Key), "A malformed tag: " + text);
        }

        return message;
    }
}
