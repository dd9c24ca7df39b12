using System.Buffers;

namespace Ropewalk.Framing;

/// <summary>Writes frames as bytes. Pure; <c>Decode(Encode(x)) = x</c>.</summary>
/// <typeparam name="T">The frame.</typeparam>
public interface IFrameEncoder<in T>
{
    /// <summary>Appends the frame to <paramref name="output"/>.</summary>
    /// <exception cref="ArgumentException">The frame cannot be written in this framing: a line break inside a line, a length over the maximum.</exception>
    void Encode(T frame, IBufferWriter<byte> output);
}
