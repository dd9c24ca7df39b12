namespace Ropewalk.Chat.Irc.Network;

/// <summary>Makes message ids: a number that counts up, behind a prefix that no other run of the server has had.</summary>
/// <remarks><b>Shape</b>: 13 letters of the run and as many of the number as it needs, base 32; case matters. <b>Spec</b>: IRCv3 message-ids.</remarks>
/// <param name="run">A random number, drawn when the server starts.</param>
internal sealed class IrcMessageIds(ulong run)
{
    private const int RunLetters = 13;

    private static ReadOnlySpan<byte> Letters => "abcdefghijklmnopqrstuvwxyz234567"u8;

    private readonly byte[] _id = Spell(run);
    private ulong _last;

    /// <summary>Makes the next id. <b>Lifetime</b>: until the one after it.</summary>
    public ReadOnlySpan<byte> Next()
    {
        ulong number = ++_last;
        int length = RunLetters;
        // The number's low letters first: only uniqueness matters, and so it is written without being turned around.
        do
        {
            _id[length++] = Letters[(int)(number & 31)];
            number >>= 5;
        }
        while (number != 0);
        return _id.AsSpan(0, length);
    }

    private static byte[] Spell(ulong number)
    {
        byte[] letters = new byte[RunLetters + 13];
        for (int i = 0; i < RunLetters; i++)
        {
            letters[i] = Letters[(int)((number >> (60 - (i * 5))) & 31)];
        }

        return letters;
    }
}
