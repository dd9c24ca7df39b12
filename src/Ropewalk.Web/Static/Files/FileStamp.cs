namespace Ropewalk.Web.Static.Files;

/// <summary>Holds what tells one state of a file from another.</summary>
/// <param name="LengthBytes">The length.</param>
/// <param name="ModifiedUnixNanoseconds">The time of the last change, as exact as the file system keeps it.</param>
/// <param name="Identity">Changes when another file takes the name, or when the time of change is set back: made of device, inode and inode change time where there are any.</param>
public readonly record struct FileStamp(long LengthBytes, long ModifiedUnixNanoseconds, ulong Identity)
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Gets the time of change in whole seconds, rounded down, as <c>Last-Modified</c> tells it.</summary>
    public long ModifiedUnixSeconds => Math.DivRem(ModifiedUnixNanoseconds, NanosecondsPerSecond) is var (seconds, rest) && rest < 0 ? seconds - 1 : seconds;

    /// <summary>Tells whether the file could have changed again after it was looked at, and still carry this stamp.</summary>
    /// <param name="now">When it was looked at.</param>
    /// <returns>Whether the time of change is less than one tick of the file system's clock ago.</returns>
    /// <remarks>
    /// The clock ticks every 20 ms at most on Linux (two periods of HZ=100); a time in whole seconds is a sign of a file system with ticks of up to two
    /// seconds (FAT). Git calls such entries of its index racy.
    /// </remarks>
    public bool MayChangeUnseen(DateTimeOffset now)
    {
        long ticks = ModifiedUnixNanoseconds % NanosecondsPerSecond == 0 ? 2 * TimeSpan.TicksPerSecond : 20 * TimeSpan.TicksPerMillisecond;
        long age = (now - DateTimeOffset.UnixEpoch).Ticks - ModifiedUnixNanoseconds / 100;
        return age < ticks;
    }
}
