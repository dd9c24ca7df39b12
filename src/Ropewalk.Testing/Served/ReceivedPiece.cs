namespace Ropewalk.Testing.Served;

/// <summary>Is a piece of what a connection received.</summary>
/// <param name="Raw">Its bytes, framing included.</param>
/// <param name="IsCommand">Whether it is a command, or only something between commands.</param>
/// <param name="Content">The command's bytes.</param>
/// <param name="Frame">What the framing made of it.</param>
internal readonly record struct ReceivedPiece(ReadOnlyMemory<byte> Raw, bool IsCommand, ReadOnlyMemory<byte> Content, object? Frame);
