using System.Text;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>Holds which fields a WHOX asks for. <b>Spec</b>: IRCv3 WHOX.</summary>
/// <param name="IsExtended">Whether fields are asked for at all.</param>
/// <param name="Letters">Their letters.</param>
/// <param name="Token">The digits that come back with each line.</param>
internal sealed record IrcWhoFields(bool IsExtended, string Letters, byte[] Token)
{
    /// <summary>The order in which the fields come back, whatever that in which they were asked for.</summary>
    public const string Order = "tcuihsnfdlaor";

    /// <summary>Parses <c>%fields[,token]</c>.</summary>
    public static IrcWhoFields Parse(ReadOnlySpan<byte> parameter)
    {
        int percent = parameter.IndexOf((byte)'%');
        if (percent < 0)
        {
            return new IrcWhoFields(false, "", []);
        }

        ReadOnlySpan<byte> fields = parameter[(percent + 1)..];
        int comma = fields.IndexOf((byte)',');
        ReadOnlySpan<byte> token = comma < 0 ? default : fields[(comma + 1)..];
        bool isToken = token.Length is > 0 and <= 3 && token.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
        string letters = Encoding.ASCII.GetString(comma < 0 ? fields : fields[..comma]);
        return new IrcWhoFields(letters.Any(letter => Order.Contains(letter, StringComparison.Ordinal)), letters, isToken ? token.ToArray() : "0"u8.ToArray());
    }

    public bool Has(char field) => Letters.Contains(field, StringComparison.Ordinal);
}
