Console.WriteLine("ropewalk");
