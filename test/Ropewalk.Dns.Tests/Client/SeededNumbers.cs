using System.Security.Cryptography;

namespace Ropewalk.Dns.Tests.Client;

/// <summary>Draws from a seed, so that a simulated run repeats.</summary>
internal sealed class SeededNumbers(int seed) : RandomNumberGenerator
{
    private readonly Random _random = new(seed);

    public override void GetBytes(byte[] data) => _random.NextBytes(data);

    public override void GetBytes(Span<byte> data) => _random.NextBytes(data);
}
