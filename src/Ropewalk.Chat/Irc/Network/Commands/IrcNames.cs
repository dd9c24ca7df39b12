namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>Says which names there can be.</summary>
internal static class IrcNames
{
    /// <summary>Says whether a nickname is well-formed. <b>Spec</b>: RFC 2812 §2.3.1, but for its length.</summary>
    public static bool IsNick(ReadOnlySpan<byte> nick, int most)
    {
        if (nick.IsEmpty || nick.Length > most || char.IsAsciiDigit((char)nick[0]) || nick[0] == (byte)'-')
        {
            return false;
        }

        return nick.IndexOfAnyExcept(NickLetters) < 0;
    }

    /// <summary>Says whether an account's name can go into a line: a store of the administrators' may hold any. <c>*</c> and <c>0</c> mean nobody.</summary>
    public static bool IsAccount(ReadOnlySpan<byte> name) =>
        !name.IsEmpty && name[0] != (byte)':' && !name.SequenceEqual("*"u8) && !name.SequenceEqual("0"u8) && name.IndexOfAnyInRange((byte)0, (byte)' ') < 0 && !name.Contains((byte)0x7F);

    /// <summary>Says whether a channel name is well-formed. <b>Spec</b>: RFC 2812 §1.3; beyond it, no control characters.</summary>
    public static bool IsChannel(ReadOnlySpan<byte> name, int most)
    {
        if (name.Length < 2 || name.Length > most || name[0] != (byte)'#')
        {
            return false;
        }

        foreach (byte letter in name)
        {
            if (letter is <= 0x20 or (byte)',' or 0x7F)
            {
                return false;
            }
        }

        // U+0080 to U+009F are control characters too.
        for (int i = name.IndexOf((byte)0xC2); i >= 0 && i + 1 < name.Length; i++)
        {
            if (name[i] == 0xC2 && name[i + 1] < 0xA0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Keeps of a user name what can stand in a source, behind the tilde that says that nobody has vouched for it.</summary>
    public static byte[] UserName(ReadOnlySpan<byte> given, int most)
    {
        byte[] name = new byte[Math.Min(given.Length + 1, most)];
        name[0] = (byte)'~';
        int length = 1;
        foreach (byte letter in given)
        {
            if (length < name.Length && (char.IsAsciiLetterOrDigit((char)letter) || letter is (byte)'-' or (byte)'_' or (byte)'.'))
            {
                name[length++] = letter;
            }
        }

        return length == 1 ? "~user"u8.ToArray() : name[..length];
    }

    private static readonly System.Buffers.SearchValues<byte> NickLetters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-[]\\`_^{|}"u8);
}
