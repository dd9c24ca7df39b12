using System.Security.Cryptography;

namespace Ropewalk.Dns.Client;

/// <summary>Draws what nobody may guess: numbers of messages, ports, cookies, the case of letters. <b>Spec</b>: RFC 5452 §9.2.</summary>
internal sealed class QueryNumbers(RandomNumberGenerator random)
{
    // RFC 5452 §9.2: all ports above 1023, which is what a program without rights may bind.
    private const int FirstPort = 1024;
    private const int Ports = 65_536 - FirstPort;

    private readonly Lock _turn = new();

    public ushort NextId() => BitConverter.ToUInt16(Draw(2));

    public int NextPort() => FirstPort + NextBelow(Ports);

    /// <summary>Draws a number below <paramref name="bound"/>, each as likely as the others.</summary>
    public int NextBelow(int bound)
    {
        // What lies above the last whole multiple would make the lower numbers likelier.
        uint most = uint.MaxValue - (uint.MaxValue % (uint)bound);
        while (true)
        {
            uint drawn = BitConverter.ToUInt32(Draw(4));
            if (drawn < most)
            {
                return (int)(drawn % (uint)bound);
            }
        }
    }

    public byte[] Draw(int count)
    {
        byte[] bytes = new byte[count];
        lock (_turn)
        {
            random.GetBytes(bytes);
        }

        return bytes;
    }

    /// <summary>Puts each letter of a name in upper or lower case by lot.</summary>
    public void MixCase(Span<byte> name)
    {
        byte[] lots = Draw((name.Length + 7) / 8);
        for (int at = 0; at < name.Length; at++)
        {
            if (char.IsAsciiLetter((char)name[at]) && (lots[at / 8] & (1 << (at % 8))) != 0)
            {
                name[at] ^= 0x20;
            }
        }
    }
}
