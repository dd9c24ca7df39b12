namespace Ropewalk.Framing;

/// <summary>Describes how a peer broke a framing.</summary>
/// <param name="Rule">What was broken, in a few words: <c>line longer than 512 bytes</c>.</param>
/// <param name="CanContinue">True if the decoder has skipped, or is skipping, the bad frame and the frames behind it can be trusted.</param>
public readonly record struct FrameViolation(string Rule, bool CanContinue);
