using System.Buffers;

namespace Ropewalk.Framing;

/// <summary>Cuts a stream of bytes into frames. Pure: bytes in, frames out; a bad frame is a value, not an exception.</summary>
/// <typeparam name="T">The frame.</typeparam>
public interface IFrameDecoder<T>
{
    /// <summary>Decodes one frame and advances <paramref name="input"/> past what it consumed.</summary>
    /// <param name="input">The unconsumed bytes, or none where nothing new has come. With <see cref="DecodeStatus.NeedMore"/> it is left where the next call must start.</param>
    /// <param name="frame">The frame. <b>Lifetime</b>: if it refers to the input, until the input is advanced or released.</param>
    DecodeStatus Decode(ref SequenceReader<byte> input, out T frame);

    /// <summary>Gets what the last <see cref="DecodeStatus.Violation"/> was.</summary>
    FrameViolation Violation { get; }
}
