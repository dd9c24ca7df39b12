using System.Security.Cryptography;

namespace Ropewalk.Chat.Tests.Irc.Simulated;

/// <summary>Is randomness that a simulation's seed decides.</summary>
internal sealed class SeededRandom(Random random) : RandomNumberGenerator
{
    public override void GetBytes(byte[] data) => random.NextBytes(data);

    public override void GetBytes(Span<byte> data) => random.NextBytes(data);
}
